-- grain: one row for each won opportunity, scope, side, channel, campaign and marketing team of its eligible touches, with their credit in each model
-- order: scope, closed_on, opportunity_id, side, channel, campaign, marketing_team
-- plain: opportunity_id
-- What questions of a period read in place of every touch of every deal.
with channel as (
    select s.scope, s.opportunity_id, coalesce(s.channel, 'no channel') as channel
    from won_share as s
    group by s.scope, s.opportunity_id, coalesce(s.channel, 'no channel')
),

whole as (
    select c.scope, c.opportunity_id, cast(sum(accord_weight(e.effect)) as double) as effects
    from channel as c
    inner join removal_effect as e on e.scope = c.scope and e.channel = c.channel
    group by c.scope, c.opportunity_id
)

select
    s.scope, s.opportunity_id, s.closed_on, s.side, s.channel, s.campaign, s.marketing_team, s.first, s.last, s.linear, s.u_shaped,
    s.w_shaped, s.full_path, s.time_decay,
    case when w.effects > 0 then s.of_channel * coalesce(e.effect, cast(0 as double)) / w.effects else s.linear end as markov,
    s.shapley
from won_share as s
left join whole as w on w.scope = s.scope and w.opportunity_id = s.opportunity_id
left join removal_effect as e on e.scope = s.scope and e.channel = coalesce(s.channel, 'no channel')
