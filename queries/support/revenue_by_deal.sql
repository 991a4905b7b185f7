-- says: deals won one by one, the largest first; of the records of revenue
{record}

select opportunity_id as id, name, coalesce(amount, 0) as value
from record
order by value desc, name, id
