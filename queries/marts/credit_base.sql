-- grain: one row for each eligible touch of an opportunity and scope, with its weight in each model; weights add up to 1
-- view: yes
-- An anchor that does not exist is dropped, and so is the share of the rest where there is no rest: what exists is scaled
-- to 1, so the missing part falls to it in proportion to its weight. Sums are of whole numbers or decimals, so that they do
-- not depend on the order of rows.
with weighed as (
    select
        p.scope, p.opportunity_id, p.is_won, p.touch_id, p.side, p.touch_channel, p.campaign_id, p.owner_id, p.channel, p.place, p.touches,
        p.ft, p.lc, p.oc, p.cw,
        case when p.ft + p.lc = 0 then 1 end as rest_u,
        case when p.ft + p.lc + p.oc = 0 then 1 end as rest_w,
        case when p.ft + p.lc + p.oc + p.cw = 0 then 1 end as rest_f,
        -- Relative to the last touch, so that a path long before the close does not vanish into zeros.
        power(cast(2 as double), cast(0 as double) - p.days_before_last / g.half_life_days) as raw_t
    from path as p
    cross join setting as g
),

of_channel as (
    select
        w.scope, w.opportunity_id, w.is_won, w.channel, count(*) as touches_of_channel,
        sum(accord_weight(w.raw_t)) as all_t, sum(w.lc) as all_lc, sum(w.oc) as all_oc,
        count(w.rest_u) as all_rest_u, count(w.rest_w) as all_rest_w, count(w.rest_f) as all_rest_f
    from weighed as w
    group by w.scope, w.opportunity_id, w.is_won, w.channel
),

whole as (
    select
        c.scope, c.opportunity_id, c.is_won, count(*) as channels,
        cast(sum(c.all_t) as double) as all_t,
        cast(sum(c.all_lc) as integer) as all_lc, cast(sum(c.all_oc) as integer) as all_oc,
        cast(sum(c.all_rest_u) as integer) as all_rest_u, cast(sum(c.all_rest_w) as integer) as all_rest_w,
        cast(sum(c.all_rest_f) as integer) as all_rest_f,
        cast(sum(accord_weight(coalesce(e.effect, cast(0 as double)))) as double) as effects
    from of_channel as c
    left join removal_effect as e on e.scope = c.scope and e.channel = c.channel
    group by c.scope, c.opportunity_id, c.is_won
),

-- Every path has one first and one last touch. What is the same for all touches of a channel of a deal is worked out once.
summed as (
    select
        a.scope, a.opportunity_id, a.is_won, c.channel, a.all_t, a.all_rest_u, a.all_rest_w, a.all_rest_f,
        cast(40 + a.all_lc * 40 + case when a.all_rest_u > 0 then 20 else 0 end as double) as all_u,
        cast(30 + a.all_lc * 30 + a.all_oc * 30 + case when a.all_rest_w > 0 then 10 else 0 end as double) as all_w,
        cast(2 + a.all_lc + a.all_oc as double) * 22.5
            + case when a.all_rest_f > 0 then cast(10 as double) else cast(0 as double) end as all_f,
        case when a.effects > 0 then coalesce(e.effect, cast(0 as double)) / a.effects end as effect,
        cast(1 as double) / cast(c.touches_of_channel as double) as of_channel,
        cast(1 as double) / cast(c.touches_of_channel as double) / cast(a.channels as double) as shapley
    from whole as a
    inner join of_channel as c on c.scope = a.scope and c.opportunity_id = a.opportunity_id and c.is_won = a.is_won
    left join removal_effect as e on e.scope = c.scope and e.channel = c.channel
)

select
    w.scope, w.opportunity_id, w.is_won, w.touch_id, w.side, w.touch_channel as channel, w.campaign_id, w.owner_id,
    cast(w.ft as double) as first,
    cast(w.cw as double) as last,
    cast(1 as double) / cast(w.touches as double) as linear,
    (cast(w.ft * 40 + w.lc * 40 as double)
        + case when w.rest_u = 1 then cast(20 as double) / cast(s.all_rest_u as double) else cast(0 as double) end) / s.all_u as u_shaped,
    (cast(w.ft * 30 + w.lc * 30 + w.oc * 30 as double)
        + case when w.rest_w = 1 then cast(10 as double) / cast(s.all_rest_w as double) else cast(0 as double) end) / s.all_w as w_shaped,
    (cast(w.ft + w.lc + w.oc + w.cw as double) * 22.5
        + case when w.rest_f = 1 then cast(10 as double) / cast(s.all_rest_f as double) else cast(0 as double) end) / s.all_f as full_path,
    w.raw_t / s.all_t as time_decay,
    coalesce(s.of_channel * s.effect, cast(1 as double) / cast(w.touches as double)) as markov,
    s.of_channel, s.shapley
from weighed as w
inner join summed as s on s.scope = w.scope and s.opportunity_id = w.opportunity_id and s.is_won = w.is_won and s.channel = w.channel
