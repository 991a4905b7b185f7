-- says: the deals that revenue influence rests on, and whether marketing touched each
select distinct week, opportunity_id as record_id, 1 as nth,
    case when is_touched then 'influenced' else 'not influenced' end as state, amount, opportunity_id as row_id
from record
