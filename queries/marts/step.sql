-- grain: one row for each scope and step of the chain of touches, with how often it was made
-- publish: no
-- adds: steps
-- From the start over the channels of a path to won or lost, over all closed opportunities that have a path.
with step as (
    select
        p.scope, p.is_won, p.place, p.touches, p.channel,
        lag(p.channel) over (partition by p.scope, p.opportunity_id order by p.place) as channel_before
    from path as p
    where p.is_closed
),

moved as (
    select s.scope, coalesce(s.channel_before, '(start)') as from_state, s.channel as to_state from step as s
    union all
    select s.scope, s.channel as from_state, case when s.is_won then '(won)' else '(lost)' end as to_state
    from step as s
    where s.place = s.touches
)

select m.scope, m.from_state, m.to_state, count(*) as steps
from moved as m
group by m.scope, m.from_state, m.to_state
