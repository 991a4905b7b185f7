-- says: pipeline from the leads handed over in two periods, each as it stood at a moment of its own, and its change split over
--     volume, acceptance, qualification and mean amount
-- Additive LMDI: Ang (2004), "Decomposition analysis for policymaking in energy", Energy Policy 32, and Ang (2005), "The LMDI approach to
-- decomposition analysis: a practical guide", Energy Policy 33: each factor's part is L(now, before) * ln(factor now / factor before),
-- with the logarithmic mean L(a, b) = (a - b) / (ln a - ln b), and L(a, a) = a. Where a factor is 0 there is no logarithm, and no split.
with span as (
    select 'before' as side, $before_from::date as from_day, $before_to::date as to_day, $before_at::timestamp as seen_at
    union all
    select 'now', $now_from::date, $now_to::date, $now_at::timestamp
),

record as (
    select h.*, s.side, s.seen_at
    from (from {handoff by handed_on} where {filters}) as h
    inner join span as s on h.handed_on >= s.from_day and h.handed_on < s.to_day and h.handed_at <= s.seen_at
),

-- What a lead was at the moment: a decision and a deal that came later are not there yet.
seen as (
    select
        r.side,
        r.decided_at is null or r.decided_at > r.seen_at as is_undecided,
        r.outcome = 'accepted' and r.decided_at <= r.seen_at as is_accepted,
        r.outcome = 'accepted' and r.decided_at <= r.seen_at and r.deal_created_at <= r.seen_at as is_qualified,
        coalesce(r.deal_amount, 0) as amount
    from record as r
),

counted as (
    select
        span.side,
        count(seen.side) as leads,
        count(*) filter (where is_undecided) as undecided,
        count(*) filter (where is_accepted) as accepted,
        count(*) filter (where is_qualified) as deals,
        coalesce(sum(amount) filter (where is_qualified), 0) as pipeline,
        coalesce(stddev_samp(amount::double) filter (where is_qualified), 0) as spread
    from span
    left join seen on seen.side = span.side
    group by span.side
),

factor as (
    select
        side, leads as volume, accord_share(accepted, leads) as acceptance, accord_share(deals, accepted) as qualification,
        accord_share(pipeline, deals) as size, pipeline::double as pipeline
    from counted
),

logarithm as (
    select
        case when n.pipeline = b.pipeline then b.pipeline else (n.pipeline - b.pipeline) / ln(n.pipeline / b.pipeline) end as mean,
        ln(n.volume / b.volume) as volume, ln(n.acceptance / b.acceptance) as acceptance,
        ln(n.qualification / b.qualification) as qualification, ln(n.size / b.size) as size
    from factor as b
    inner join factor as n on b.side = 'before' and n.side = 'now'
    where least(b.pipeline, n.pipeline) > 0
)

select
    c.side, c.leads, c.undecided, c.accepted, c.deals, c.pipeline, c.spread,
    l.mean * l.volume as volume, l.mean * l.acceptance as acceptance, l.mean * l.qualification as qualification, l.mean * l.size as size
from counted as c
left join logarithm as l on true
order by c.side
