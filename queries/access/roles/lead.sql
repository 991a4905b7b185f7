-- says: a lead sees all of his part: customers and colleagues by name, and every record
create macro accord_customer(name) as name;
create macro accord_colleague(name, team) as name;
create macro accord_sees_records() as true;
