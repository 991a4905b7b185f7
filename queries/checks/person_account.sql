-- says: people whose account is not in the extract
select p.person_id as offender
from person as p
left join account as a on a.account_id = p.account_id
where p.account_id is not null and a.account_id is null
