-- title: Revenue influence
-- says: The share of the revenue won in the period whose deal had at least one eligible marketing touch, from
--     {influence_window_days} days before it was created until it was closed.
-- formula: influenced revenue / revenue
-- owner: joint
-- unit: rate
-- better: up
-- order: 3
-- records: deal
-- needs: opportunity, touch
-- dims: week month quarter segment region industry tier channel source campaign persona marketing_team sales_team owner
-- dims_part: channel campaign marketing_team
-- By channel, campaign and marketing team a deal counts in each that touched it: these add up to more than the total.
with won as (
    select
        * exclude (channel, campaign, marketing_team),
        sum(amount) over (partition by {by.whole} true) as total,
        count(*) over (partition by {by.whole} true) as deals
    from {deal by closed_on}
    where is_won and {filters.whole}
),

touched as (
    select opportunity_id, channel, campaign, marketing_team from {won_credit or won_channel in closed_on} where scope = 'marketing' and {filters.part}
),

record as (
    select won.*, touched.channel, touched.campaign, touched.marketing_team, touched.opportunity_id is not null as is_touched
    from won
    left join touched on touched.opportunity_id = won.opportunity_id
),

-- answer
counted as (
    select distinct {by} opportunity_id, amount, is_touched, total, deals
    from record
    where is_touched or not {splits.part}
)

select
    {by}
    accord_share(coalesce(sum(amount) filter (where is_touched), 0), any_value(total)) as value,
    coalesce(any_value(deals), 0) as n
from counted
group by all

-- whole
with record as (
    select * from {deal by closed_on} where is_won and {filters}
)

-- answer
select {by} accord_share(coalesce(sum(amount) filter (where is_influenced), 0), sum(amount)) as value, count(*) as n
from record
group by all
