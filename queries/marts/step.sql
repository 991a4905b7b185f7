-- grain: one row for each scope and step of the chain of touches, with how often it was made
-- publish: no
-- adds: steps
-- From the start over the channels of a path to won or lost, over all closed opportunities that have a path.
with step as (
    select
        'marketing' as scope, t.is_won, coalesce(t.channel, 'no channel') as channel,
        lag(coalesce(t.channel, 'no channel')) over (partition by t.opportunity_id order by t.occurred_at, t.touch_id) as channel_before,
        lead(t.touch_id) over (partition by t.opportunity_id order by t.occurred_at, t.touch_id) is null as is_last
    from deal_touch_base as t
    where t.is_closed and t.side = 'marketing'
    union all
    select
        'joint' as scope, t.is_won, coalesce(t.channel, 'no channel') as channel, t.channel_before, t.place = t.touches as is_last
    from deal_touch_base as t
    where t.is_closed
),

counted as (
    select s.scope, s.is_won, s.channel, s.channel_before, s.is_last, count(*) as steps
    from step as s
    group by s.scope, s.is_won, s.channel, s.channel_before, s.is_last
),

moved as (
    select c.scope, coalesce(c.channel_before, '(start)') as from_state, c.channel as to_state, c.steps from counted as c
    union all
    select c.scope, c.channel as from_state, case when c.is_won then '(won)' else '(lost)' end as to_state, c.steps
    from counted as c
    where c.is_last
)

select m.scope, m.from_state, m.to_state, cast(sum(m.steps) as bigint) as steps
from moved as m
group by m.scope, m.from_state, m.to_state
