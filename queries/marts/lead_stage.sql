-- grain: one row for each time a lead entered a stage, equal rows once; every lead record is an inquiry at its creation
-- publish: no
with stage as (
    select e.lead_id, lower(trim(e.stage)) as stage, e.occurred_at, e.actor_id, e.reason, e._origin
    from conformed.lead_event as e
    union all
    select
        l.lead_id, 'inquiry' as stage, l.created_at as occurred_at, cast(null as varchar) as actor_id,
        cast(null as varchar) as reason, cast(null as bigint) as _origin
    from conformed.lead as l
    where l.created_at is not null
),

numbered as (
    select
        s.lead_id, s.stage, s.occurred_at, min(s.actor_id) as actor_id, min(r.label) as reason, min(s._origin) as _origin,
        case s.stage
            when 'inquiry' then 1 when 'handed_off' then 2 when 'working' then 3 when 'accepted' then 4
            when 'qualified' then 5 when 'rejected' then 6 when 'recycled' then 7
        end as stage_no
    from stage as s
    left join label as r on r.kind = 'reason' and r.key = lower(trim(s.reason))
    group by s.lead_id, s.stage, s.occurred_at
)

select
    n.lead_id, n.stage, n.stage_no, n.occurred_at, n.actor_id, n.reason, n._origin,
    case when n.stage_no is null then 'stage' end as _fault_column,
    n.stage as _fault_value,
    case when n.stage_no is null
        then 'is none of inquiry, handed_off, working, accepted, qualified, rejected, recycled' end as _fault
from numbered as n
