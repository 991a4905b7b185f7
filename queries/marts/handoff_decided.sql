-- grain: one row for each handoff: when marketing gave a lead to sales, and how sales decided
-- publish: no
-- METRICS section 3 as window functions. Of the events that open or decide, after `handed_off` a handoff is open, after any
-- other it is not. So a hand-over opens one unless the event before it is a hand-over; a refusal decides one if the event
-- before it is a hand-over, and else changes nothing; an acceptance always leaves the lead accepted.
with event as (
    select
        s.lead_id, s.stage, s.occurred_at, s.actor_id, s.reason, s.stage_no,
        lag(s.stage) over (partition by s.lead_id order by s.occurred_at, s.stage_no) as stage_before
    from lead_stage as s
    where s.stage in ('handed_off', 'accepted', 'qualified', 'rejected', 'recycled')
),

act as (
    select
        e.lead_id, e.stage, e.occurred_at, e.actor_id, e.reason, e.stage_no,
        case
            when e.stage = 'handed_off' and coalesce(e.stage_before, '') <> 'handed_off' then 'open'
            when e.stage in ('accepted', 'qualified') then 'accept'
            when e.stage in ('rejected', 'recycled') and e.stage_before = 'handed_off' then 'refuse'
        end as act
    from event as e
),

in_turn as (
    select
        a.lead_id, a.stage, a.occurred_at, a.actor_id, a.act, a.stage_no,
        lag(a.act) over (partition by a.lead_id order by a.occurred_at, a.stage_no) as act_before,
        lead(a.act) over (partition by a.lead_id order by a.occurred_at, a.stage_no) as act_after,
        lead(a.stage) over (partition by a.lead_id order by a.occurred_at, a.stage_no) as stage_after,
        lead(a.occurred_at) over (partition by a.lead_id order by a.occurred_at, a.stage_no) as decided_at,
        lead(a.reason) over (partition by a.lead_id order by a.occurred_at, a.stage_no) as reason
    from act as a
    where a.act is not null
),

handoff as (
    select
        t.lead_id, t.occurred_at as handed_at, t.actor_id, t.stage_no,
        t.act = 'accept' as is_implied,
        case when t.act = 'accept' then t.occurred_at else t.decided_at end as decided_at,
        case
            when t.act = 'accept' or t.act_after = 'accept' then 'accepted'
            when t.act_after = 'refuse' then 'rejected'
            else 'undecided'
        end as outcome,
        case when t.act = 'accept' then t.stage else t.stage_after end as decision,
        case when t.act = 'open' and t.act_after = 'refuse' then t.reason end as reason
    from in_turn as t
    where t.act = 'open' or (t.act = 'accept' and coalesce(t.act_before, 'refuse') = 'refuse')
)

select
    h.lead_id || '-' || cast(row_number() over (partition by h.lead_id order by h.handed_at, h.stage_no) as varchar) as handoff_id,
    h.lead_id, l.person_id, h.handed_at, h.is_implied, h.decided_at, h.outcome, h.decision, h.reason, h.actor_id,
    row_number() over (partition by h.lead_id order by h.handed_at, h.stage_no) > 1 as is_recycled_in,
    lead(h.handed_at) over (partition by h.lead_id order by h.handed_at, h.stage_no) as next_handed_at,
    case
        when lead(h.handed_at) over (partition by h.lead_id order by h.handed_at, h.stage_no) is not null
        then h.lead_id || '-' || cast(row_number() over (partition by h.lead_id order by h.handed_at, h.stage_no) + 1 as varchar)
    end as next_handoff_id,
    lag(h.decided_at) over (partition by h.lead_id order by h.handed_at, h.stage_no) as decided_before
from handoff as h
inner join lead as l on l.lead_id = h.lead_id
