-- grain: one row for each person whose e-mail an earlier source knows too, with the person there (METRICS section 7)
with known as (
    select p.person_id, p._source_no, lower(trim(p.email)) as email
    from conformed.person as p
    where trim(p.email) <> ''
),

first_known as (
    select
        k.email, k.person_id, k._source_no,
        row_number() over (partition by k.email order by k._source_no, k.person_id) as place
    from known as k
)

select k.person_id, f.person_id as kept_id
from known as k
inner join first_known as f on f.email = k.email and f.place = 1 and f._source_no < k._source_no
