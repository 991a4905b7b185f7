-- grain: one row for each eligible touch of an opportunity and scope, with its weight in each model but Markov's; weights add up to 1
-- order: scope, opportunity_id, touch_id
-- by: opportunity_id
-- An anchor that does not exist is dropped, and so is the share of the rest where there is no rest: what exists is scaled
-- to 1, so the missing part falls to it in proportion to its weight. Sums are of whole numbers or decimals, so that they do
-- not depend on the order of rows.
with weighed as (
    select
        p.scope, p.opportunity_id, p.touch_id, p.channel, p.place, p.touches, p.ft, p.lc, p.oc, p.cw,
        case when p.ft + p.lc = 0 then 1 end as rest_u,
        case when p.ft + p.lc + p.oc = 0 then 1 end as rest_w,
        case when p.ft + p.lc + p.oc + p.cw = 0 then 1 end as rest_f,
        -- Relative to the last touch, so that a path long before the close does not vanish into zeros.
        power(cast(2 as double), cast(0 as double) - p.days_before_last / g.half_life_days) as raw_t
    from path as p
    cross join setting as g
),

of_channel as (
    select p.scope, p.opportunity_id, p.channel, count(*) as touches_of_channel, min(p.place) as first_place
    from path as p
    group by p.scope, p.opportunity_id, p.channel
),

channels_of as (
    select c.scope, c.opportunity_id, count(*) as channels from of_channel as c group by c.scope, c.opportunity_id
),

whole as (
    select
        w.scope, w.opportunity_id,
        cast(sum(accord_weight(w.raw_t)) as double) as all_t,
        cast(sum(w.lc) as integer) as all_lc, cast(sum(w.oc) as integer) as all_oc,
        count(w.rest_u) as all_rest_u, count(w.rest_w) as all_rest_w, count(w.rest_f) as all_rest_f
    from weighed as w
    group by w.scope, w.opportunity_id
),

-- Every path has one first and one last touch.
summed as (
    select
        a.scope, a.opportunity_id, n.channels, a.all_t, a.all_rest_u, a.all_rest_w, a.all_rest_f,
        cast(40 + a.all_lc * 40 + case when a.all_rest_u > 0 then 20 else 0 end as double) as all_u,
        cast(30 + a.all_lc * 30 + a.all_oc * 30 + case when a.all_rest_w > 0 then 10 else 0 end as double) as all_w,
        cast(2 + a.all_lc + a.all_oc as double) * 22.5
            + case when a.all_rest_f > 0 then cast(10 as double) else cast(0 as double) end as all_f
    from whole as a
    inner join channels_of as n on n.scope = a.scope and n.opportunity_id = a.opportunity_id
)

select
    w.scope, w.opportunity_id, w.touch_id, w.channel, c.touches_of_channel, w.place = c.first_place as is_first_of_channel,
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
    cast(1 as double) / cast(c.touches_of_channel as double) / cast(s.channels as double) as shapley
from weighed as w
inner join of_channel as c on c.scope = w.scope and c.opportunity_id = w.opportunity_id and c.channel = w.channel
inner join summed as s on s.scope = w.scope and s.opportunity_id = w.opportunity_id
