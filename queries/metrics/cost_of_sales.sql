-- title: Cost of sales
-- says: What marketing media and both teams cost in the period for each unit of revenue won in it.
-- formula: (spend + team costs) / revenue
-- owner: joint
-- unit: ratio
-- better: down
-- order: 21
-- records: cost
-- needs: spend, opportunity
-- dims: week month quarter side
-- dims_part: side
-- Revenue has no side: each side's cost is held against all revenue. A month's team cost is spread evenly over its days.
with cost as (
    select spent_on as paid_on, 'marketing' as side, 'Ad spend' as what, coalesce(campaign, channel) as for_what, amount from spend
    union all
    select day as paid_on, side, 'Team' as what, team as for_what, amount from team_cost
),

record as (
    select * from {cost by paid_on} where {filters}
),

won as (
    select * from {deal by closed_on} where is_won and {filters.whole}
),

-- answer
paid as (
    select {by} true as joins, sum(amount) as amount from record group by all
),

earned as (
    select {by.whole} true as joins, sum(amount) as revenue from won group by all
)

select {by} accord_share(amount, revenue) as value
from paid
natural left join earned
