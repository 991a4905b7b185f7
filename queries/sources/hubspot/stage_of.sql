-- grain: one row for each word of HubSpot's in lower case that the map knows, with its stage
-- cannot: when sales accepted a lead: HubSpot has no such stage, so acceptance is read from the lifecycle stage "sales
--     qualified lead" and the lead status as lead_status.csv maps them, unless fields.csv names a column for accepted_at
-- A word that other systems use in another sense can be mapped for HubSpot alone: hubspot:other goes before other.
with own as (
    select substr(lower(s.status), 9) as word, s.stage from map.lead_status as s where lower(s.status) like 'hubspot:%'
)

select o.word, o.stage from own as o
union all
select lower(s.status) as word, s.stage
from map.lead_status as s
left join own as o on o.word = lower(s.status)
where o.word is null
