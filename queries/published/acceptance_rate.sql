-- says: the leads that the acceptance rate rests on, and whether each was accepted in time
select week, lead_id as record_id, row_number() over (partition by week, lead_id order by handed_at, handoff_id) as nth,
    case when is_accepted_in_window then 'accepted in time' else 'not accepted in time' end as state, null as amount, handoff_id as row_id
from record
where is_mature
