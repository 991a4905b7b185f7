-- grain: one row for each won opportunity, scope, side, channel, campaign and marketing team of its eligible touches, with their credit in each model
-- order: scope, closed_on, opportunity_id, side, channel, campaign, marketing_team
-- What questions of a period read in place of every touch of every deal. Weights are summed as decimals, as their order does not matter then.
select
    c.scope, c.opportunity_id, d.closed_on, t.side, t.channel, t.campaign, t.marketing_team,
    cast(sum(accord_weight(c.first)) as double) as first,
    cast(sum(accord_weight(c.last)) as double) as last,
    cast(sum(accord_weight(c.linear)) as double) as linear,
    cast(sum(accord_weight(c.u_shaped)) as double) as u_shaped,
    cast(sum(accord_weight(c.w_shaped)) as double) as w_shaped,
    cast(sum(accord_weight(c.full_path)) as double) as full_path,
    cast(sum(accord_weight(c.time_decay)) as double) as time_decay,
    cast(sum(accord_weight(c.markov)) as double) as markov,
    cast(sum(accord_weight(c.shapley)) as double) as shapley
from credit as c
inner join deal as d on d.opportunity_id = c.opportunity_id and d.is_won
inner join deal_touch as t on t.opportunity_id = c.opportunity_id and t.touch_id = c.touch_id
group by c.scope, c.opportunity_id, d.closed_on, t.side, t.channel, t.campaign, t.marketing_team
