-- grain: one row for each time a contact entered a stage
-- from: contact
-- cannot: which leads sales sent back: HubSpot moves the lifecycle stage forward only, so recycling is seen where someone clears
--     it or sets it back, or where the lead status or a date column of fields.csv (recycled_at) says so
-- Lifecycle stage and lead status are read side by side, each value as lead_status.csv maps it; values carry no old value, the
-- first one stands for itself. A contact without any history has had what it has now since its creation. A stage whose date
-- column fields.csv names is read from that column alone.
-- The lifecycle only moves forward by itself. Someone who sends a lead back to nurture clears it or sets it back: from
-- handed_off or beyond to nothing or to an inquiry is `recycled`. But clearing is also how a workflow sets a stage that lies
-- further back, so a value that was cleared and within a minute replaced by one of sales is no recycling.
with mapped as (
    select replace(f.field, '_at', '') as stage
    from map.fields as f
    where lower(f.source) = 'hubspot' and lower(f."table") = 'contact'
        and f.field in ('handed_off_at', 'accepted_at', 'rejected_at', 'recycled_at')
),

user_owner as (
    select coalesce(o.user_id_including_inactive, o.active_user_id) as user_id, min(o.owner_id) as owner_id
    from raw.owner as o
    group by coalesce(o.user_id_including_inactive, o.active_user_id)
),

change as (
    select
        k.lead_id, h.contact_id, lower(h.name) as name, h.value, h."timestamp" as changed_at, h._origin,
        case when h.source_id like 'userId:%' then substr(h.source_id, 8) end as user_id
    from raw.contact_property_history as h
    inner join contact_of as k on k.contact_id = h.contact_id
    where lower(h.name) in ('lifecyclestage', 'hs_lead_status')
),

staged as (
    select
        c.lead_id, c.name, c.value, m.stage, c.changed_at, u.owner_id as actor_id,
        lag(m.stage) over (
            partition by c.lead_id, c.contact_id, c.name order by c.changed_at, coalesce(c.value, ''), c._origin
        ) as stage_before,
        lead(m.stage) over (
            partition by c.lead_id, c.contact_id, c.name order by c.changed_at, coalesce(c.value, ''), c._origin
        ) as stage_after,
        lead(c.changed_at) over (
            partition by c.lead_id, c.contact_id, c.name order by c.changed_at, coalesce(c.value, ''), c._origin
        ) as changed_again_at
    from change as c
    left join stage_of as m on m.word = lower(c.value)
    left join user_owner as u on u.user_id = c.user_id
),

without_history as (
    select c.id as lead_id, c.property_lifecyclestage, c.property_hs_lead_status, c.property_createdate
    from raw.contact as c
    inner join contact_of as k on k.contact_id = c.id and k.lead_id = c.id
    left join (select distinct h.lead_id from change as h) as d on d.lead_id = c.id
    where d.lead_id is null
),

entered as (
    select s.lead_id, s.stage, s.changed_at as occurred_at, s.actor_id from staged as s
    union all
    select s.lead_id, 'recycled' as stage, s.changed_at as occurred_at, s.actor_id
    from staged as s
    where s.name = 'lifecyclestage' and s.stage_before in ('handed_off', 'working', 'accepted', 'qualified')
        and (
            s.stage = 'inquiry'
            or (
                s.value is null
                and not coalesce(
                    s.stage_after in ('handed_off', 'working', 'accepted', 'qualified')
                    and s.changed_again_at <= s.changed_at + interval 1 minute,
                    false
                )
            )
        )
    union all
    select w.lead_id, m.stage, w.property_createdate as occurred_at, cast(null as varchar) as actor_id
    from without_history as w
    inner join stage_of as m on m.word in (lower(w.property_lifecyclestage), lower(w.property_hs_lead_status))
),

dated as (
    select c.id as lead_id, 'handed_off' as stage, c.handed_off_at as occurred_at from raw.contact as c
    union all
    select c.id as lead_id, 'accepted' as stage, c.accepted_at as occurred_at from raw.contact as c
    union all
    select c.id as lead_id, 'rejected' as stage, c.rejected_at as occurred_at from raw.contact as c
    union all
    select c.id as lead_id, 'recycled' as stage, c.recycled_at as occurred_at from raw.contact as c
),

event as (
    select e.lead_id, e.stage, e.occurred_at, e.actor_id
    from entered as e
    left join mapped as d on d.stage = e.stage
    where e.stage is not null and d.stage is null
    union all
    select d.lead_id, d.stage, d.occurred_at, cast(null as varchar) as actor_id
    from dated as d
    inner join mapped as m on m.stage = d.stage
    where d.occurred_at is not null
),

-- A reason kept on the contact belongs to its last rejection or recycling.
ranked as (
    select
        e.lead_id, e.stage, e.occurred_at, e.actor_id,
        e.stage in ('rejected', 'recycled') as is_refusal,
        row_number() over (
            partition by e.lead_id, e.stage in ('rejected', 'recycled')
            order by e.occurred_at desc, e.stage desc, e.actor_id
        ) as place_from_last
    from event as e
)

select
    r.lead_id, k.person_id, r.stage, r.occurred_at, r.actor_id,
    case when r.is_refusal and r.place_from_last = 1 then c.reason end as reason
from ranked as r
inner join raw.contact as c on c.id = r.lead_id
inner join contact_of as k on k.contact_id = r.lead_id and k.lead_id = r.lead_id
