-- grain: one row for each contact role of an opportunity
-- from: opportunity_contact_role
select r.opportunity_id, coalesce(substr(p.label, 3), r.contact_id) as person_id, r.role, coalesce(r.is_primary, false) as is_primary
from raw.opportunity_contact_role as r
left join person_of as p on p.record_id = r.contact_id
