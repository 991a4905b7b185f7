-- What was promised: about what there ever is, month by month, and a little more or less of it.
with month_of as (
    select strftime(make_timestamp(f.handed * 1000000), '%Y-%m-01') as month, f.segment, f.i from lead_fact as f where f.handed is not null
),

segment as (select unnest([0, 1, 2]) as segment, unnest(['SMB', 'Mid-market', 'Enterprise']) as name),

won as (
    select strftime(make_timestamp(d.closed * 1000000), '%Y-%m-01') as month, d.segment, d.amount from deal_fact as d where d.is_won
),

counted as (
    select 'lead_volume' as metric, month, null as team, null as segment, count(*) as value from month_of group by all
    union all
    select 'lead_volume', month, null, s.name, count(*) from month_of as m inner join segment as s on s.segment = m.segment group by all
    union all
    select 'inquiries', strftime(make_timestamp(created * 1000000), '%Y-%m-01'), null, null, count(*) from lead_fact group by all
    union all
    select 'revenue', month, null, null, sum(amount) from won group by all
    union all
    select 'revenue', month, null, s.name, sum(amount) from won as w inner join segment as s on s.segment = w.segment group by all
    union all
    select 'influenced_revenue', month, null, null, 0.6 * sum(amount) from won group by all
    union all
    select 'pipeline_created', strftime(make_timestamp(created * 1000000), '%Y-%m-01'), null, null, sum(amount) from deal_fact group by all
    union all
    select unnest(['acceptance_rate', 'revenue_influence', 'response_sla', 'win_rate']), month, null, null, unnest([0.6, 0.6, 0.8, 0.25]) from (select distinct month from won)
)

select metric, month, team, segment, case when value < 1 then value else round(value * (0.95 + 0.13 * r(epoch(cast(month as date)), 101))) end as value
from counted
where month < '2027-01-01'
order by all
