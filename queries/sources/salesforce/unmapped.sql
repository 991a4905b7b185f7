-- grain: one row for each value that the data has and its map lacks
with seen as (
    select 'lead_status' as map, l.status as value from raw.lead as l
    union all
    select 'lead_status' as map, h.new_value as value from raw.lead_history as h where lower(h.field) = 'status'
    union all
    select 'lead_status' as map, h.old_value as value from raw.lead_history as h where lower(h.field) = 'status'
    union all
    select 'channel' as map, l.lead_source as value from raw.lead as l
    union all
    select 'channel' as map, o.lead_source as value from raw.opportunity as o
    union all
    select 'channel' as map, c.type as value from raw.campaign as c
    union all
    select 'team' as map, coalesce(r.name, u.department) as value
    from raw.user as u
    left join raw.user_role as r on r.id = u.user_role_id
),

known as (
    select 'lead_status' as map, lower(s.status) as value from map.lead_status as s
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
