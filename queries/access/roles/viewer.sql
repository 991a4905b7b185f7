-- says: a viewer sees numbers: no customer, no colleague, no record
create macro accord_customer(name) as cast(null as varchar);
create macro accord_colleague(name, team) as cast(team as varchar);
create macro accord_sees_records() as false;
