-- grain: one row for each day of a month in which a team cost something: the month's cost, spread evenly over its days
-- order: day, team
select
    c.day, coalesce(t.name, m.team) as team, lower(t.side) as side,
    accord_money(cast(m.amount as double) / count(*) over (partition by m._origin)) as amount
from map.team_cost as m
inner join calendar as c on c.month = cast(date_trunc('month', m.month) as date)
left join conformed.team as t on lower(coalesce(t.name, t.team_id)) = lower(m.team)
