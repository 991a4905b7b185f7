-- says: which of some names or ids are those of accounts
select distinct lower(named.name) as name
from (select account_id as name from account union all select name from account) as named
where list_contains($names::varchar[], lower(named.name))
