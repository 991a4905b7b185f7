-- grain: one row for each person, with the persona that the source knows or the title tells
-- order: person_id
-- by: person_id
-- A title matches a row of the map that stands in it as whole words; the first such row of the file wins.
with title as (
    select distinct p.title, ' ' || translate(lower(p.title), ',.;:/-&()+|', '           ') || ' ' as words
    from conformed.person as p
    where p.title is not null
),

matched as (
    select t.title, m.persona, row_number() over (partition by t.title order by m._origin) as place
    from title as t
    inner join map.persona as m on instr(t.words, ' ' || lower(m.title_contains) || ' ') > 0
)

select
    p.person_id, p.account_id, coalesce(p.name, p.email, p.person_id) as name, p.title, p.email,
    l.label as persona
from conformed.person as p
left join matched as m on m.title = p.title and m.place = 1
left join label as l on l.kind = 'persona' and l.key = lower(trim(coalesce(p.persona, m.persona)))
