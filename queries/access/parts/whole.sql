-- says: every row is in the whole company
create macro accord_is_whole() as true;
create macro accord_in_part(segment, sales_team, marketing_team) as true;
