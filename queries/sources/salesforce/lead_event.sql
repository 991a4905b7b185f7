-- grain: one row for each time a lead entered a stage
-- from: lead
-- A stage whose date column fields.csv names is read from that column alone; the others from the history of the status,
-- or, where a lead has none, from the status it has now, as the one it was created with.
with mapped as (
    select replace(f.field, '_at', '') as stage
    from map.fields as f
    where f.source = 'salesforce' and f."table" = 'lead'
        and f.field in ('handed_off_at', 'accepted_at', 'rejected_at', 'recycled_at')
),

status_change as (
    select h.lead_id, h.created_date as changed_at, h.id as change_id, h.created_by_id, h.old_value, h.new_value
    from raw.lead_history as h
    where lower(h.field) = 'status'
),

first_status as (
    select c.lead_id, c.old_value as status,
        row_number() over (partition by c.lead_id order by c.changed_at, c.change_id) as place
    from status_change as c
),

status_entered as (
    select l.id as lead_id, coalesce(f.status, l.status) as status, l.created_date as occurred_at, l.created_by_id as actor_id
    from raw.lead as l
    left join first_status as f on f.lead_id = l.id and f.place = 1
    union all
    select c.lead_id, c.new_value as status, c.changed_at as occurred_at, c.created_by_id as actor_id
    from status_change as c
    inner join raw.lead as l on l.id = c.lead_id
),

dated as (
    select l.id as lead_id, 'handed_off' as stage, l.handed_off_at as occurred_at from raw.lead as l
    union all
    select l.id as lead_id, 'accepted' as stage, l.accepted_at as occurred_at from raw.lead as l
    union all
    select l.id as lead_id, 'rejected' as stage, l.rejected_at as occurred_at from raw.lead as l
    union all
    select l.id as lead_id, 'recycled' as stage, l.recycled_at as occurred_at from raw.lead as l
),

event as (
    select s.lead_id, m.stage, s.occurred_at, s.actor_id
    from status_entered as s
    inner join map.lead_status as m on lower(m.status) = lower(s.status)
    left join mapped as d on d.stage = m.stage
    where m.stage is not null and d.stage is null
    union all
    select d.lead_id, d.stage, d.occurred_at, cast(null as varchar) as actor_id
    from dated as d
    inner join mapped as m on m.stage = d.stage
    where d.occurred_at is not null
    union all
    select
        l.id as lead_id,
        case when l.converted_opportunity_id is null then 'accepted' else 'qualified' end as stage,
        coalesce(l.converted_date, l.created_date) as occurred_at,
        cast(null as varchar) as actor_id
    from raw.lead as l
    where l.is_converted
),

-- A reason kept on the lead belongs to its last rejection or recycling.
refusal as (
    select
        e.lead_id, e.stage, e.occurred_at, e.actor_id,
        row_number() over (partition by e.lead_id order by e.occurred_at desc, e.stage desc, e.actor_id) as place_from_last
    from event as e
    where e.stage in ('rejected', 'recycled')
),

told as (
    select e.lead_id, e.stage, e.occurred_at, e.actor_id, cast(null as varchar) as reason
    from event as e
    where e.stage not in ('rejected', 'recycled')
    union all
    select r.lead_id, r.stage, r.occurred_at, r.actor_id, case when r.place_from_last = 1 then l.reason end as reason
    from refusal as r
    inner join raw.lead as l on l.id = r.lead_id
)

select t.lead_id, coalesce(j.person_id, t.lead_id) as person_id, t.stage, t.occurred_at, t.actor_id, t.reason
from told as t
left join joined as j on j.record_id = t.lead_id
