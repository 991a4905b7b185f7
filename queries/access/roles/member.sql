-- says: a member sees the records of his part; how one colleague does is told by team
create macro accord_customer(name) as name;
create macro accord_colleague(name, team) as cast(team as varchar);
create macro accord_sees_records() as true;
