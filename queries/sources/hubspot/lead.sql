-- grain: one row for each contact: in HubSpot a lead is a contact
-- from: contact
-- cannot: which contact a deal was made from: HubSpot does not convert contacts, so a handoff gets the first deal of its person
--     created within the conversion window
select
    c.id as lead_id, k.person_id, c.property_createdate as created_at,
    nullif(trim(concat_ws(' ', c.property_firstname, c.property_lastname)), '') as name, c.property_company as company,
    c.property_hs_analytics_source as source, m.channel, c.property_hubspotscore as score, c.property_hubspot_owner_id as owner_id,
    cast(null as varchar) as opportunity_id, c.segment, coalesce(c.region, c.property_country) as region,
    c.property_industry as industry, c.persona
from raw.contact as c
inner join contact_of as k on k.contact_id = c.id and k.lead_id = c.id
left join map.channel as m on lower(m.source) = lower(c.property_hs_analytics_source)
