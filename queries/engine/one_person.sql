-- grain: one row for each person over all sources; the first source speaks first, the others fill what it leaves blank
with ranked as (
    select
        coalesce(s.kept_id, p.person_id) as person_id, p.account_id, p.name, p.title, p.email, p.persona, p._origin, p._source_no,
        row_number() over (partition by coalesce(s.kept_id, p.person_id) order by p._source_no, p.person_id) as place
    from conformed.person as p
    left join same_person as s on s.person_id = p.person_id
)

select
    r.person_id,
    min_by(r.account_id, r.place) filter (where r.account_id is not null) as account_id,
    min_by(r.name, r.place) filter (where r.name is not null) as name,
    min_by(r.title, r.place) filter (where r.title is not null) as title,
    min_by(r.email, r.place) filter (where r.email is not null) as email,
    min_by(r.persona, r.place) filter (where r.persona is not null) as persona,
    min_by(r._origin, r.place) as _origin,
    min(r._source_no) as _source_no
from ranked as r
group by r.person_id
