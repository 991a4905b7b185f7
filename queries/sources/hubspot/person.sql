-- grain: one row for each person: contacts whose e-mails agree are one; the newest speaks first
-- from: contact
with ranked as (
    select
        k.person_id, c.property_associatedcompanyid as account_id,
        nullif(trim(concat_ws(' ', c.property_firstname, c.property_lastname)), '') as name,
        c.property_jobtitle as title, c.property_email as email, c.persona,
        row_number() over (partition by k.person_id order by c.property_createdate desc, c.id) as place
    from raw.contact as c
    inner join contact_of as k on k.contact_id = c.id and k.lead_id = c.id
)

select
    r.person_id,
    min_by(r.account_id, r.place) filter (where r.account_id is not null) as account_id,
    min_by(r.name, r.place) filter (where r.name is not null) as name,
    min_by(r.title, r.place) filter (where r.title is not null) as title,
    min_by(r.email, r.place) filter (where r.email is not null) as email,
    min_by(r.persona, r.place) filter (where r.persona is not null) as persona
from ranked as r
group by r.person_id
