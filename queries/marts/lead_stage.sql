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

checked as (
    select
        s.lead_id, s.stage, s.occurred_at, s.actor_id, s.reason, s._origin,
        case s.stage
            when 'inquiry' then 1 when 'handed_off' then 2 when 'working' then 3 when 'accepted' then 4
            when 'qualified' then 5 when 'rejected' then 6 when 'recycled' then 7
        end as stage_no,
        l.lead_id is not null as is_of_lead
    from stage as s
    left join lead as l on l.lead_id = s.lead_id
)

select
    c.lead_id, c.stage, c.stage_no, c.occurred_at, min(c.actor_id) as actor_id, min(r.label) as reason, min(c._origin) as _origin,
    cast(null as varchar) as _fault_column, cast(null as varchar) as _fault_value, cast(null as varchar) as _fault
from checked as c
left join label as r on r.kind = 'reason' and r.key = lower(trim(c.reason))
where c.stage_no is not null and c.is_of_lead
group by c.lead_id, c.stage, c.stage_no, c.occurred_at
union all
select
    c.lead_id, c.stage, c.stage_no, c.occurred_at, c.actor_id, c.reason, c._origin,
    case when c.stage_no is null then 'stage' else 'lead_id' end as _fault_column,
    case when c.stage_no is null then c.stage else c.lead_id end as _fault_value,
    case when c.stage_no is null
        then 'is none of inquiry, handed_off, working, accepted, qualified, rejected, recycled'
        else 'is deleted or not in the extract' end as _fault
from checked as c
where c.stage_no is null or not c.is_of_lead
