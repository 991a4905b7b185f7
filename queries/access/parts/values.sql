-- says: one value of a reader's part, in each spelling that occurs; none that does not occur
insert into part
select distinct dimension, value
from (
    select dimension, value from scorecard.dimension_value
    union all
    select 'segment' as dimension, segment as value from scorecard.account
    union all
    select 'sales_team' as dimension, sales_team as value from scorecard.member
    union all
    select 'marketing_team' as dimension, marketing_team as value from scorecard.member
)
where dimension = $dimension and lower(trim(value)) = lower(trim($value))
