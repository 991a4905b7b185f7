-- grain: one row for each value that the data has and its map lacks
with seen as (
    select 'lead_status' as map, h.value
    from raw.contact_property_history as h
    where lower(h.name) in ('lifecyclestage', 'hs_lead_status')
    union all
    select 'lead_status' as map, c.property_lifecyclestage as value from raw.contact as c
    union all
    select 'lead_status' as map, c.property_hs_lead_status as value from raw.contact as c
    union all
    select 'channel' as map, c.property_hs_analytics_source as value from raw.contact as c
    union all
    select 'channel' as map, d.property_hs_analytics_source as value from raw.deal as d
    union all
    select 'channel' as map, 'Form submission' as value from raw.contact_form_submission as f
    union all
    select 'channel' as map, 'EMAIL_MARKETING' as value from raw.email_event as e where upper(e.type) = 'CLICK'
    union all
    select 'team' as map, t.name as value from raw.team as t
),

known as (
    select 'lead_status' as map, s.word as value from stage_of as s
    union all
    select 'channel' as map, lower(c.source) as value from map.channel as c
    union all
    select 'team' as map, lower(t.role) as value from map.team as t
)

select s.map, min(s.value) as value, count(*) as row_count
from seen as s
left join known as k on k.map = s.map and k.value = lower(s.value)
where s.value is not null and k.value is null
group by s.map, lower(s.value)
