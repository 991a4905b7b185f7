-- title: Pipeline coverage
-- says: How many times over the open deals expected to close in the period would fill what is missing to its revenue target.
-- formula: open pipeline with an expected close in the period / (target revenue - revenue won so far)
-- owner: sales
-- unit: ratio
-- better: up
-- order: 22
-- records: deal
-- needs: opportunity
-- dims: week month quarter segment sales_team
-- Promises to all, to segments and to teams are different promises: those are taken that the question splits by. No data where
-- nothing was promised, or nothing is missing any more.
with record as (
    select * from {deal by closed_on} where not is_closed and {filters}
),

won as (
    select * from {deal by closed_on} where is_won and {filters}
),

month_of_work as (
    select month as month_of_target, count(*) filter (where is_workday) as workdays from calendar group by month
),

promised as (
    select calendar.*, target.segment, target.team as sales_team, target.value / month_of_work.workdays as amount
    from target
    inner join calendar on calendar.month = target.month and calendar.is_workday
    inner join month_of_work on month_of_work.month_of_target = target.month
    where target.metric = 'revenue' and calendar.day >= $from_day and calendar.day < $to_day
        and (target.segment is not null) = {asks.segment} and (target.team is not null) = {asks.sales_team}
),

kept as (
    select * from promised where {filters}
),

-- answer
summed as (
    select {by} sum(amount) as open, 0 as earned, 0 as target from record group by all
    union all by name
    select {by} 0 as open, sum(amount) as earned, 0 as target from won group by all
    union all by name
    select {by} 0 as open, 0 as earned, sum(amount) as target from kept group by all
),

added as (
    select {by} cast(sum(open) as double) as open, round(cast(sum(target) as double) - cast(sum(earned) as double), 2) as missing, sum(target) as target
    from summed
    group by all
)

select * exclude (open, missing, target), case when target > 0 and missing > 0 then open / missing end as value
from added
