-- says: the first day anything happened
select min(day) as day
from (
    select min(handed_on) as day from handoff
    union all
    select min(inquired_on) as day from inquiry
    union all
    select min(created_on) as day from deal
)
