-- says: leads converted into an opportunity that is quarantined or not in the extract
select l.lead_id as offender
from lead as l
left join opportunity as o on o.opportunity_id = l.opportunity_id
where l.opportunity_id is not null and o.opportunity_id is null
