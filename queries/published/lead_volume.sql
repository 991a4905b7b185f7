-- says: the leads that lead volume counts
select week, lead_id as record_id, row_number() over (partition by week, lead_id order by handed_at, handoff_id) as nth,
    'handed over' as state, null as amount, handoff_id as row_id
from record
