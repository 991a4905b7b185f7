-- says: revenue won in a period that marketing sourced, by three definitions; 'handoff' is the one that counts
-- handoff: the deal belongs to a handoff. first touch: the deal's first eligible touch of either side was marketing's.
-- lead source: the deal's own lead source is one that the map knows as a marketing channel.
with won as (
    select opportunity_id, amount, is_sourced, channel
    from {deal by closed_on}
    where is_won and {filters}
),

first_touch as (
    select opportunity_id from {won_credit in closed_on} where scope = 'joint' and first = 1 and side = 'marketing'
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
