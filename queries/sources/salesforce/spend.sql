-- grain: one row for each day of a campaign with a mapped cost, spread evenly over its days
-- from: campaign.actual_cost
select
    d.day as spent_on, m.channel, c.id as campaign_id,
    cast(accord_money(cast(c.actual_cost as double) / count(*) over (partition by c.id)) as decimal(20, 10)) as amount
from raw.campaign as c
inner join calendar as d on d.day between c.start_date and coalesce(c.end_date, c.start_date)
left join map.channel as m on lower(m.source) = lower(c.type)
where c.actual_cost is not null
