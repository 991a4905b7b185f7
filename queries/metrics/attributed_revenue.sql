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
    select deal.* exclude (channel, campaign, marketing_team), week, month, quarter
    from deal
    inner join calendar on calendar.day = deal.closed_on
    where is_won and closed_on >= $from_day and closed_on < $to_day and {filters.whole}
),

credited as (
    select opportunity_id, touch_id, {model} as weight from credit where scope = '{scope}'
),

split as (
    select won.*, credited.weight, deal_touch.channel, deal_touch.campaign, deal_touch.marketing_team
    from won
    inner join credited on credited.opportunity_id = won.opportunity_id
    inner join deal_touch on deal_touch.opportunity_id = credited.opportunity_id and deal_touch.touch_id = credited.touch_id
    union all
    select won.*, 1.0 as weight, 'no touch' as channel, null as campaign, null as marketing_team
    from won
    where {asks.channel} and opportunity_id not in (select opportunity_id from credited)
),

record as (
    select * from split where {filters.part}
)

-- answer
select
    {by}
    coalesce(sum(cast(cast(amount as double) * weight as decimal(38, 10))), 0) as value,
    count(distinct opportunity_id) as n
from record
group by all
