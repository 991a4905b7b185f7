-- grain: one row for each lead id, merged ones too: the lead it lives on as, and the person that is; leads whose e-mails agree are one
-- Ids of people carry the system's name, as small numbers are ids in a CRM too.
with kept as (
    select m.lead_id, substr(min(m.label), 3) as kept_id
    from merged as m
    group by m.lead_id
    having min(m.label) like '0:%'
),

by_email as (
    select lower(l.email) as email, min(k.kept_id) as kept_id
    from kept as k
    inner join raw.lead as l on l.id = k.kept_id
    where l.email is not null
    group by lower(l.email)
)

select k.lead_id, k.kept_id, 'marketo-' || coalesce(e.kept_id, k.kept_id) as person_id
from kept as k
inner join raw.lead as l on l.id = k.kept_id
left join by_email as e on e.email = lower(l.email)
