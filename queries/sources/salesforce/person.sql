-- grain: one row for each person: lead and contact records joined; the contact speaks first, then the newest lead
-- from: lead, contact
with record as (
    select
        c.id as record_id, 0 as is_lead, cast(null as timestamp) as created_at, c.account_id,
        coalesce(c.name, trim(concat_ws(' ', c.first_name, c.last_name))) as name, c.title, c.email,
        cast(null as varchar) as persona
    from raw.contact as c
    union all
    select
        l.id as record_id, 1 as is_lead, l.created_date as created_at, l.converted_account_id as account_id,
        l.name, l.title, l.email, l.persona
    from raw.lead as l
),

ranked as (
    select
        substr(p.label, 3) as person_id, r.account_id, r.name, r.title, r.email, r.persona,
        row_number() over (partition by p.label order by r.is_lead, r.created_at desc, r.record_id) as place
    from record as r
    inner join person_of as p on p.record_id = r.record_id
)

select
    r.person_id,
    min_by(r.account_id, r.place) filter (where r.account_id is not null) as account_id,
    min_by(r.name, r.place) filter (where r.name is not null and r.name <> '') as name,
    min_by(r.title, r.place) filter (where r.title is not null) as title,
    min_by(r.email, r.place) filter (where r.email is not null) as email,
    min_by(r.persona, r.place) filter (where r.persona is not null) as persona
from ranked as r
group by r.person_id
