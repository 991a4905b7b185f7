-- grain: one row for each e-mail address in lower case, with the person it is of
with listed as (
    select c.id as contact_id, unnest(string_split(c.property_hs_additional_emails, ';')) as email
    from raw.contact as c
    where c.property_hs_additional_emails is not null
),

address as (
    select c.id as contact_id, lower(c.property_email) as email
    from raw.contact as c
    where c.property_email is not null
    union all
    select l.contact_id, lower(trim(l.email)) as email from listed as l
)

select a.email, min(k.person_id) as person_id
from address as a
inner join contact_of as k on k.contact_id = a.contact_id
where a.email <> ''
group by a.email
