-- grain: one row for each contact role of an opportunity
-- from: opportunity_contact_role
select r.opportunity_id, coalesce(j.person_id, r.contact_id) as person_id, r.role, coalesce(r.is_primary, false) as is_primary
from raw.opportunity_contact_role as r
left join joined as j on j.record_id = r.contact_id
