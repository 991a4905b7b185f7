-- grain: one row for each won opportunity, scope, side and channel of its eligible touches, with their credit in each model
-- order: scope, closed_on, opportunity_id, side, channel
-- plain: opportunity_id
-- won_credit of which nobody asks the campaign or the team: a third of the rows.
select
    c.scope, c.opportunity_id, c.closed_on, c.side, c.channel,
    cast(sum(accord_weight(c.first)) as double) as first,
    cast(sum(accord_weight(c.last)) as double) as last,
    cast(sum(accord_weight(c.linear)) as double) as linear,
    cast(sum(accord_weight(c.u_shaped)) as double) as u_shaped,
    cast(sum(accord_weight(c.w_shaped)) as double) as w_shaped,
    cast(sum(accord_weight(c.full_path)) as double) as full_path,
    cast(sum(accord_weight(c.time_decay)) as double) as time_decay,
    cast(sum(accord_weight(c.markov)) as double) as markov,
    cast(sum(accord_weight(c.shapley)) as double) as shapley
from won_credit as c
group by c.scope, c.opportunity_id, c.closed_on, c.side, c.channel
