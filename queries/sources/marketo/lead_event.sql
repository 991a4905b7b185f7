-- grain: one row for each time a lead entered a stage whose date column fields.csv names
-- from: lead.handed_off_at, lead.accepted_at, lead.rejected_at, lead.recycled_at
-- The CRM has the leads: without mapped columns Marketo tells of touches alone. With them an event is one of the CRM's lead, where
-- Marketo knows which (sfdc_lead_id), else of a lead of its own.
with event as (
    select l.id, 'handed_off' as stage, l.handed_off_at as occurred_at, cast(null as varchar) as reason from raw.lead as l
    union all
    select l.id, 'accepted' as stage, l.accepted_at as occurred_at, cast(null as varchar) as reason from raw.lead as l
    union all
    select l.id, 'rejected' as stage, l.rejected_at as occurred_at, l.reason from raw.lead as l
    union all
    select l.id, 'recycled' as stage, l.recycled_at as occurred_at, l.reason from raw.lead as l
),

ranked as (
    select
        e.id, e.stage, e.occurred_at, e.reason,
        row_number() over (
            partition by e.id, e.stage in ('rejected', 'recycled') order by e.occurred_at desc, e.stage desc
        ) as place_from_last
    from event as e
    where e.occurred_at is not null
)

select
    coalesce(l.sfdc_lead_id, 'marketo-' || l.id) as lead_id, p.person_id, r.stage, r.occurred_at,
    cast(null as varchar) as actor_id, case when r.place_from_last = 1 then r.reason end as reason
from ranked as r
inner join raw.lead as l on l.id = r.id
inner join person_of as p on p.lead_id = l.id and p.kept_id = l.id
