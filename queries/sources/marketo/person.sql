-- grain: one row for each person: leads whose e-mails agree are one; the newest speaks first
-- from: lead
-- cannot: that two records are one person where their e-mails differ: a Marketo lead is joined to the CRM by e-mail alone
with ranked as (
    select
        p.person_id, nullif(trim(concat_ws(' ', l.first_name, l.last_name)), '') as name, l.title, l.email, l.persona,
        row_number() over (partition by p.person_id order by l.created_at desc, l.id) as place
    from raw.lead as l
    inner join person_of as p on p.lead_id = l.id and p.kept_id = l.id
)

select
    r.person_id, cast(null as varchar) as account_id,
    min_by(r.name, r.place) filter (where r.name is not null) as name,
    min_by(r.title, r.place) filter (where r.title is not null) as title,
    min_by(r.email, r.place) filter (where r.email is not null) as email,
    min_by(r.persona, r.place) filter (where r.persona is not null) as persona
from ranked as r
group by r.person_id
