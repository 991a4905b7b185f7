-- from: olist_marketing_qualified_leads_dataset
-- The first contact is the handoff; a closed deal is the acceptance, by way of an opportunity. One deal was won two days
-- before its lead's first contact: nobody accepts what was not handed over, so the later of the two moments counts.
select l.mql_id as lead_id, l.mql_id as person_id, 'handed_off' as stage, accord_day_start(l.first_contact_date) as occurred_at
from raw.olist_marketing_qualified_leads_dataset as l
union all
select d.mql_id as lead_id, d.mql_id as person_id, 'qualified' as stage,
    greatest(d.won_date, accord_day_start(l.first_contact_date)) as occurred_at
from raw.olist_closed_deals_dataset as d
inner join raw.olist_marketing_qualified_leads_dataset as l on l.mql_id = d.mql_id
