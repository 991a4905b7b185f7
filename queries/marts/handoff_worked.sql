-- grain: one row for each accepted handoff that sales then touched within the window
-- publish: no
select distinct h.handoff_id
from handoff_decided as h
inner join touch_base as t on t.person_id = h.person_id and t.side = 'sales'
cross join setting as g
where h.outcome = 'accepted' and t.occurred_at >= h.decided_at
    and t.occurred_at <= h.decided_at + g.worked_window_days * interval 1 day and t.occurred_at <= g.as_of
