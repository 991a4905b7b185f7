-- from: olist_marketing_qualified_leads_dataset
select
    l.mql_id as lead_id, l.mql_id as person_id, accord_day_start(l.first_contact_date) as created_at,
    l.origin as source, l.origin as channel, d.sr_id as owner_id, d.mql_id as opportunity_id, d.business_segment as segment
from raw.olist_marketing_qualified_leads_dataset as l
left join raw.olist_closed_deals_dataset as d on d.mql_id = l.mql_id
