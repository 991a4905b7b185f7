-- grain: one row for each eligible touch of an opportunity and scope, with its weight in each model; weights add up to 1
-- order: scope, opportunity_id, touch_id
-- An anchor that does not exist is dropped, and so is the share of the rest where there is no rest: what exists is scaled
-- to 1, so the missing part falls to it in proportion to its weight.
with rest as (
    select
        p.scope, p.opportunity_id, p.touch_id, p.channel, p.touches, p.ft, p.lc, p.oc, p.cw, p.days_before_close,
        case when p.ft + p.lc = 0 then 1.0 end as rest_u,
        case when p.ft + p.lc + p.oc = 0 then 1.0 end as rest_w,
        case when p.ft + p.lc + p.oc + p.cw = 0 then 1.0 end as rest_f,
        count(*) over (partition by p.scope, p.opportunity_id, p.channel) as touches_of_channel,
        coalesce(e.effect, 0.0) as effect
    from path as p
    left join removal_effect as e on e.scope = p.scope and e.channel = p.channel
),

shared as (
    select
        r.scope, r.opportunity_id, r.touch_id, r.ft, r.cw, r.touches, r.touches_of_channel, r.effect,
        cast(r.ft * 40 + r.lc * 40 as double)
            + coalesce(20.0 * r.rest_u / count(r.rest_u) over (partition by r.scope, r.opportunity_id), 0.0) as raw_u,
        cast(r.ft * 30 + r.lc * 30 + r.oc * 30 as double)
            + coalesce(10.0 * r.rest_w / count(r.rest_w) over (partition by r.scope, r.opportunity_id), 0.0) as raw_w,
        cast(r.ft + r.lc + r.oc + r.cw as double) * 22.5
            + coalesce(10.0 * r.rest_f / count(r.rest_f) over (partition by r.scope, r.opportunity_id), 0.0) as raw_f,
        -- Relative to the last touch, so that a path long before the close does not vanish into zeros.
        power(
            cast(2 as double),
            (min(r.days_before_close) over (partition by r.scope, r.opportunity_id) - r.days_before_close) / g.half_life_days
        ) as raw_t,
        r.effect / cast(r.touches_of_channel as double) as raw_m,
        cast(1 as double) / cast(r.touches_of_channel as double) as raw_s
    from rest as r
    cross join setting as g
),

summed as (
    select
        s.scope, s.opportunity_id, s.touch_id, s.ft, s.cw, s.touches, s.raw_u, s.raw_w, s.raw_f, s.raw_t, s.raw_m, s.raw_s,
        sum(s.raw_u) over (partition by s.scope, s.opportunity_id) as all_u,
        sum(s.raw_w) over (partition by s.scope, s.opportunity_id) as all_w,
        sum(s.raw_f) over (partition by s.scope, s.opportunity_id) as all_f,
        sum(s.raw_t) over (partition by s.scope, s.opportunity_id) as all_t,
        sum(s.raw_m) over (partition by s.scope, s.opportunity_id) as all_m,
        sum(s.raw_s) over (partition by s.scope, s.opportunity_id) as all_s
    from shared as s
)

select
    s.scope, s.opportunity_id, s.touch_id,
    cast(s.ft as double) as first,
    cast(s.cw as double) as last,
    cast(1 as double) / cast(s.touches as double) as linear,
    s.raw_u / s.all_u as u_shaped,
    s.raw_w / s.all_w as w_shaped,
    s.raw_f / s.all_f as full_path,
    s.raw_t / s.all_t as time_decay,
    case when s.all_m > 0 then s.raw_m / s.all_m else cast(1 as double) / cast(s.touches as double) end as markov,
    s.raw_s / s.all_s as shapley
from summed as s
