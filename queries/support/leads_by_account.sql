-- says: leads handed over by account, the most first; those without an account in one row without an id; of the records of lead_volume
{record}

select r.account_id as id, any_value(a.name) as name, count(*) as value
from record as r
left join account as a on a.account_id = r.account_id
group by r.account_id
order by r.account_id is null, value desc, name, id
