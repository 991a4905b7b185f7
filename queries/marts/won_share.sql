-- grain: one row for each won opportunity, scope, side, channel, campaign and marketing team of its eligible touches, with their credit in each model
-- publish: no
-- by: opportunity_id
-- only: deal_touch_base where is_won
-- Markov credit rests on the touches of all deals (see won_credit): here stands which part of its channel's touches a row is. Weights are
-- summed as decimals, as their order does not matter then.
with named as (
    select
        c.scope, c.opportunity_id, c.side, c.channel, coalesce(n.name, c.campaign_id) as campaign,
        coalesce(n.marketing_team, m.marketing_team) as marketing_team,
        c.first, c.last, c.linear, c.u_shaped, c.w_shaped, c.full_path, c.time_decay, c.of_channel, c.shapley
    from credit_base as c
    left join member as m on m.member_id = c.owner_id
    left join campaign as n on n.campaign_id = c.campaign_id
    where c.is_won
),

summed as (
    select
        n.scope, n.opportunity_id, n.side, n.channel, n.campaign, n.marketing_team,
        cast(sum(accord_weight(n.first)) as double) as first,
        cast(sum(accord_weight(n.last)) as double) as last,
        cast(sum(accord_weight(n.linear)) as double) as linear,
        cast(sum(accord_weight(n.u_shaped)) as double) as u_shaped,
        cast(sum(accord_weight(n.w_shaped)) as double) as w_shaped,
        cast(sum(accord_weight(n.full_path)) as double) as full_path,
        cast(sum(accord_weight(n.time_decay)) as double) as time_decay,
        cast(sum(accord_weight(n.of_channel)) as double) as of_channel,
        cast(sum(accord_weight(n.shapley)) as double) as shapley
    from named as n
    group by n.scope, n.opportunity_id, n.side, n.channel, n.campaign, n.marketing_team
)

select
    s.scope, s.opportunity_id, d.closed_on, s.side, s.channel, s.campaign, s.marketing_team, s.first, s.last, s.linear, s.u_shaped,
    s.w_shaped, s.full_path, s.time_decay, s.of_channel, s.shapley
from summed as s
inner join deal as d on d.opportunity_id = s.opportunity_id
