-- says: opportunities whose account is not in the extract
select o.opportunity_id as offender
from opportunity as o
left join account as a on a.account_id = o.account_id
where o.account_id is not null and a.account_id is null
