-- grain: one row for each label of a kind, in the commonest of the spellings that differ in case alone
-- publish: no
-- Channels of touches that are not marketing's have a label too, in lower case: each of their spellings counts once for it.
with spelled as (
    select c.kind, c.label, c.times from label_count as c where c.kind <> 'touch'
    union all
    select 'channel' as kind, lower(c.label) as label, 1 as times from label_count as c where c.kind = 'touch'
),

counted as (
    select s.kind, lower(trim(s.label)) as key, trim(s.label) as label, sum(s.times) as times
    from spelled as s
    group by s.kind, lower(trim(s.label)), trim(s.label)
),

ranked as (
    select c.kind, c.key, c.label, row_number() over (partition by c.kind, c.key order by c.times desc, c.label) as place
    from counted as c
)

select r.kind, r.key, r.label
from ranked as r
where r.place = 1
