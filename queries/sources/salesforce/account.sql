-- grain: one row for each account
-- from: account
with band as (
    select
        s.segment, s.employees_from,
        lead(s.employees_from) over (order by s.employees_from) as employees_to
    from map.segment as s
)

select
    a.id as account_id, a.name, coalesce(a.segment, b.segment) as segment, a.industry,
    coalesce(a.region, a.billing_country) as region, a.tier, a.owner_id
from raw.account as a
left join band as b
    on a.number_of_employees >= b.employees_from and (b.employees_to is null or a.number_of_employees < b.employees_to)
