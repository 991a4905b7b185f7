-- grain: one row for each contact id, merged ones too: the contact it lives on as (a lead), and the person that is
-- cannot: what deleted contacts did: HubSpot deletes their history with them, so past weeks may shrink when contacts are deleted
-- Contacts whose e-mails agree are one person and stay two leads. What was merged into a deleted contact is gone with it.
with kept as (
    select m.contact_id, substr(min(m.label), 3) as lead_id
    from merged as m
    group by m.contact_id
    having min(m.label) like '0:%'
),

by_email as (
    select lower(c.property_email) as email, min(k.lead_id) as person_id
    from kept as k
    inner join raw.contact as c on c.id = k.lead_id
    where c.property_email is not null
    group by lower(c.property_email)
)

select k.contact_id, k.lead_id, coalesce(e.person_id, k.lead_id) as person_id
from kept as k
inner join raw.contact as c on c.id = k.lead_id
left join by_email as e on e.email = lower(c.property_email)
