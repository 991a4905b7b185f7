-- title: Attributed revenue
-- says: Revenue won in the period, split over the touches that led to it by a model; with the deals that had no touch it is
--     all of the revenue, to the cent.
-- formula: sum of amount x weight of the touch; the weights of a deal add up to 1
-- owner: joint
-- unit: money
-- better: up
-- order: 20
-- total: yes
-- records: deal
-- needs: opportunity, touch
-- dims: week month quarter segment region industry tier channel source campaign persona marketing_team sales_team owner
-- dims_part: channel campaign marketing_team
-- Channel, campaign and marketing team are the touch's. Asked by channel, the row 'no touch' completes revenue.
with won as (
    select * exclude (channel, campaign, marketing_team) from {deal by closed_on} where is_won and {filters.whole}
),

credited as (
    select opportunity_id, channel, campaign, marketing_team, {weights} from {won_credit or won_channel in closed_on} where scope = '{scope}'
),

split as (
    select
        won.*,
        credited.* exclude (opportunity_id) replace (case when credited.opportunity_id is null then 'no touch' else credited.channel end as channel)
    from won
    left join credited on credited.opportunity_id = won.opportunity_id
    where {asks.channel} or credited.opportunity_id is not null
),

record as (
    select * from split where {filters.part}
)

-- answer
select
    {by}
    coalesce(sum(cast(cast(amount as double) * coalesce(columns([{values}]), 1) as decimal(38, 10))), 0) as "\0",
    count(distinct opportunity_id) as n
from record
group by all
