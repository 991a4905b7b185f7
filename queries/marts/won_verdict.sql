-- grain: one row for each won opportunity and scope with a touch: the channel that each model credits most, and whether they differ
-- order: scope, closed_on, opportunity_id
-- plain: opportunity_id
-- Weights of sums of fractions carry errors of 1e-15, so that nine digits are compared; of equal ones the first by name.
with credited as (
    select
        c.scope, c.opportunity_id, c.closed_on, coalesce(c.channel, 'no channel') as channel,
        cast(cast(sum(accord_weight(c.first)) as decimal(18, 15)) as decimal(18, 9)) as first,
        cast(cast(sum(accord_weight(c.last)) as decimal(18, 15)) as decimal(18, 9)) as last,
        cast(cast(sum(accord_weight(c.linear)) as decimal(18, 15)) as decimal(18, 9)) as linear,
        cast(cast(sum(accord_weight(c.u_shaped)) as decimal(18, 15)) as decimal(18, 9)) as u_shaped,
        cast(cast(sum(accord_weight(c.w_shaped)) as decimal(18, 15)) as decimal(18, 9)) as w_shaped,
        cast(cast(sum(accord_weight(c.full_path)) as decimal(18, 15)) as decimal(18, 9)) as full_path,
        cast(cast(sum(accord_weight(c.time_decay)) as decimal(18, 15)) as decimal(18, 9)) as time_decay,
        cast(cast(sum(accord_weight(c.markov)) as decimal(18, 15)) as decimal(18, 9)) as markov,
        cast(cast(sum(accord_weight(c.shapley)) as decimal(18, 15)) as decimal(18, 9)) as shapley
    from won_channel as c
    group by c.scope, c.opportunity_id, c.closed_on, coalesce(c.channel, 'no channel')
),

most as (
    select
        c.scope, c.opportunity_id,
        max(c.first) as first, max(c.last) as last, max(c.linear) as linear, max(c.u_shaped) as u_shaped, max(c.w_shaped) as w_shaped,
        max(c.full_path) as full_path, max(c.time_decay) as time_decay, max(c.markov) as markov, max(c.shapley) as shapley
    from credited as c
    group by c.scope, c.opportunity_id
),

chosen as (
    select
        c.scope, c.opportunity_id, c.closed_on,
        min(case when c.first = m.first then c.channel end) as by_first,
        min(case when c.last = m.last then c.channel end) as by_last,
        min(case when c.linear = m.linear then c.channel end) as by_linear,
        min(case when c.u_shaped = m.u_shaped then c.channel end) as by_u_shaped,
        min(case when c.w_shaped = m.w_shaped then c.channel end) as by_w_shaped,
        min(case when c.full_path = m.full_path then c.channel end) as by_full_path,
        min(case when c.time_decay = m.time_decay then c.channel end) as by_time_decay,
        min(case when c.markov = m.markov then c.channel end) as by_markov,
        min(case when c.shapley = m.shapley then c.channel end) as by_shapley
    from credited as c
    inner join most as m on m.scope = c.scope and m.opportunity_id = c.opportunity_id
    group by c.scope, c.opportunity_id, c.closed_on
)

select
    c.scope, c.opportunity_id, c.closed_on,
    c.by_first, c.by_last, c.by_linear, c.by_u_shaped, c.by_w_shaped,
    c.by_full_path, c.by_time_decay, c.by_markov, c.by_shapley,
    c.by_linear <> c.by_first or c.by_linear <> c.by_last or c.by_linear <> c.by_u_shaped or c.by_linear <> c.by_w_shaped
        or c.by_linear <> c.by_full_path or c.by_linear <> c.by_time_decay or c.by_linear <> c.by_markov or c.by_linear <> c.by_shapley as is_disputed
from chosen as c
