-- grain: one row for each opportunity with people whose persona is known
-- publish: no
-- The primary person speaks first; then the persona that most of its people have, and of those the one of the smallest id.
with people as (
    select p.opportunity_id, p.person_id, n.persona, bool_or(coalesce(p.is_primary, false)) as is_primary
    from conformed.opportunity_person as p
    inner join person as n on n.person_id = p.person_id
    where n.persona is not null
    group by p.opportunity_id, p.person_id, n.persona
),

counted as (
    select q.opportunity_id, q.person_id, q.persona, q.is_primary, count(*) over (partition by q.opportunity_id, q.persona) as people
    from people as q
),

ranked as (
    select
        c.opportunity_id, c.persona,
        row_number() over (partition by c.opportunity_id order by c.is_primary desc, c.people desc, c.person_id) as place
    from counted as c
)

select r.opportunity_id, r.persona
from ranked as r
where r.place = 1
