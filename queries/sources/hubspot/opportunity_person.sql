-- grain: one row for each person of a deal
-- from: deal_contact
select distinct
    coalesce(m.deal_id, d.deal_id) as opportunity_id, coalesce(k.person_id, d.contact_id) as person_id,
    cast(null as varchar) as role, false as is_primary
from raw.deal_contact as d
left join raw.merged_deal as m on m.merged_deal_id = d.deal_id
left join contact_of as k on k.contact_id = d.contact_id
