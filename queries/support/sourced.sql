-- says: revenue won in a period that marketing sourced, by three definitions; 'handoff' is the one that counts
-- handoff: the deal belongs to a handoff. first touch: the deal's first eligible touch of either side was marketing's.
-- lead source: the deal's own lead source is one that the map knows as a marketing channel.
with won as (
    select
        amount, is_sourced, channel,
        opportunity_id in (
            select opportunity_id from {won_credit or won_channel in closed_on} where scope = 'joint' and first = 1 and side = 'marketing'
        ) as is_first
    from {deal by closed_on}
    where is_won and {filters}
),

counted as (
    select
        sum(amount) filter (where is_sourced) as by_handoff, count(amount) filter (where is_sourced) as handoffs,
        sum(amount) filter (where is_first) as by_first, count(amount) filter (where is_first) as firsts,
        sum(amount) filter (where channel is not null) as by_source, count(amount) filter (where channel is not null) as sources,
        coalesce(sum(amount), 0)::double as revenue
    from won
)

select
    unnest(['handoff', 'first touch', 'lead source']) as definition, coalesce(unnest([by_handoff, by_first, by_source]), 0)::double as value,
    unnest([handoffs, firsts, sources]) as n, revenue
from counted
