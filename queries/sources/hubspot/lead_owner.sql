-- grain: one row for each time a contact got an owner
-- from: contact_property_history
select k.lead_id, h.value as owner_id, h."timestamp" as from_at
from raw.contact_property_history as h
inner join contact_of as k on k.contact_id = h.contact_id
where lower(h.name) = 'hubspot_owner_id' and h.value is not null
