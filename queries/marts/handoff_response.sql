-- grain: one row for each handoff that was answered: by a sales touch, the decision, or work begun, whichever came first
-- publish: no
with answer as (
    select h.handoff_id, h.decided_at as answered_at
    from handoff_decided as h
    where h.decided_at is not null
    union all
    select h.handoff_id, s.occurred_at as answered_at
    from handoff_decided as h
    inner join lead_stage as s on s.lead_id = h.lead_id and s.stage = 'working'
    where s.occurred_at >= h.handed_at and (h.next_handed_at is null or s.occurred_at < h.next_handed_at)
    union all
    select h.handoff_id, t.occurred_at as answered_at
    from handoff_decided as h
    inner join touch_base as t on t.person_id = h.person_id and t.side = 'sales'
    cross join setting as g
    where t.occurred_at >= h.handed_at and t.occurred_at <= g.as_of
        and (h.next_handed_at is null or t.occurred_at < h.next_handed_at)
)

select a.handoff_id, min(a.answered_at) as first_response_at
from answer as a
group by a.handoff_id
