-- title: Influenced revenue
-- says: The part of the revenue won in the period whose deal had at least one eligible marketing touch, from
--     {influence_window_days} days before it was created until it was closed.
-- formula: sum of amounts of opportunities won with an eligible marketing touch
-- owner: marketing
-- unit: money
-- better: up
-- order: 15
-- records: deal
-- needs: opportunity, touch
-- dims: week month quarter segment region industry tier channel source campaign persona marketing_team sales_team owner
-- dims_part: channel campaign marketing_team
-- By channel, campaign and marketing team a deal counts in each that touched it: these add up to more than the total.
with record as (
    select deal.* exclude (channel, campaign, marketing_team), touched.channel, touched.campaign, touched.marketing_team
    from (from {deal by closed_on} where is_won) as deal
    inner join (
        select opportunity_id, channel, campaign, marketing_team from {won_credit or won_channel in closed_on} where scope = 'marketing' and {filters.part}
    ) as touched on touched.opportunity_id = deal.opportunity_id
    where {filters.whole}
),

-- answer
counted as (
    select distinct {by} opportunity_id, amount from record
)

select {by} coalesce(sum(amount), 0) as value, count(*) as n, count(*) - count(amount) as without_amount
from counted
group by all

-- whole
with record as (
    select * from {deal by closed_on} where is_won and is_influenced and {filters}
)

-- answer
select {by} coalesce(sum(amount), 0) as value, count(*) as n, count(*) - count(amount) as without_amount
from record
group by all
