-- from: olist_marketing_qualified_leads_dataset
select l.mql_id as person_id from raw.olist_marketing_qualified_leads_dataset as l
