-- grain: one row for each opportunity, its amount in the reporting currency
-- publish: no
-- by: opportunity_id
-- A rate holds from its day until the next; it is taken on the day of the close, or of the creation while the deal is open.
with dated as (
    select
        o.opportunity_id, o.account_id, o.name, o.created_at, o.closed_at, o.stage, coalesce(o.is_won, false) as is_won,
        coalesce(o.is_closed, o.is_won, false) as is_closed, o.amount, upper(trim(o.currency)) as currency, o.owner_id, o.source,
        o.channel, o._origin,
        accord_local_day(case when coalesce(o.is_closed, o.is_won, false) then coalesce(o.closed_at, o.created_at) else o.created_at end) as rate_on
    from conformed.opportunity as o
),

rate as (
    select
        upper(trim(f.currency)) as currency, f.from_date, f.rate,
        lead(f.from_date) over (partition by upper(trim(f.currency)) order by f.from_date) as to_date
    from map.fx as f
),

converted as (
    select
        d.opportunity_id, d.account_id, d.name, d.created_at, d.closed_at, d.stage, d.is_won, d.is_closed, d.owner_id, d.source,
        d.channel, d._origin, d.currency, d.amount as own_amount, d.rate_on,
        case when d.currency is null or d.currency = '' or d.currency = g.currency then cast(1 as decimal(17, 8)) else cast(r.rate as decimal(17, 8)) end as rate
    from dated as d
    cross join setting as g
    left join rate as r
        on r.currency = d.currency and r.from_date <= d.rate_on and (r.to_date is null or d.rate_on < r.to_date)
)

select
    c.opportunity_id, c.account_id, coalesce(c.name, c.opportunity_id) as name, c.created_at, c.closed_at, c.stage, c.is_won, c.is_closed,
    c.owner_id, c.source, c.channel, c.currency, c.own_amount,
    cast(c.own_amount * c.rate as decimal(38, 10)) as amount,
    c._origin,
    case when c.own_amount is not null and c.rate is null then 'currency' end as _fault_column,
    c.currency as _fault_value,
    case when c.own_amount is not null and c.rate is null
        then 'has no rate on ' || cast(c.rate_on as varchar) || ': add one to fx.csv' end as _fault
from converted as c
