-- says: revenue won in a period that marketing sourced, by three definitions; 'handoff' is the one that counts
-- handoff: the deal belongs to a handoff. first touch: the deal's first eligible touch of either side was marketing's.
-- lead source: the deal's own lead source is one that the map knows as a marketing channel.
with won as (
    select opportunity_id, amount, is_sourced, channel
    from deal
    inner join calendar on calendar.day = deal.closed_on
    where is_won and closed_on >= $from_day and closed_on < $to_day and {filters}
),

first_touch as (
    select c.opportunity_id
    from credit as c
    inner join deal_touch as t on t.opportunity_id = c.opportunity_id and t.touch_id = c.touch_id
    where c.scope = 'joint' and c.first = 1 and t.side = 'marketing'
),

answer as (
    select 1 as place, 'handoff' as definition, amount from won where is_sourced
    union all
    select 2, 'first touch', amount from won where opportunity_id in (select opportunity_id from first_touch)
    union all
    select 3, 'lead source', amount from won where channel is not null
),

definition as (
    select unnest([1, 2, 3]) as place, unnest(['handoff', 'first touch', 'lead source']) as definition
)

select
    d.definition, coalesce(sum(a.amount), 0)::double as value, count(a.amount) as n,
    (select coalesce(sum(amount), 0)::double from won) as revenue
from definition as d
left join answer as a on a.place = d.place
group by d.place, d.definition
order by d.place
