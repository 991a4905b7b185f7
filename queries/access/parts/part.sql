-- says: a row is in a part of the company where its segment or one of its teams is; null is nobody's
create macro accord_is_whole() as false;
create macro accord_in_part(segment, sales_team, marketing_team) as coalesce(
    segment in (select value from part where dimension = 'segment')
    or sales_team in (select value from part where dimension = 'sales_team')
    or marketing_team in (select value from part where dimension = 'marketing_team'), false);
