-- grain: one row for each company
-- from: company
with band as (
    select
        s.segment, s.employees_from,
        lead(s.employees_from) over (order by s.employees_from) as employees_to
    from map.segment as s
)

select
    a.id as account_id, a.property_name as name, coalesce(a.segment, b.segment) as segment, a.property_industry as industry,
    coalesce(a.region, a.property_country) as region, a.tier, a.property_hubspot_owner_id as owner_id
from raw.company as a
left join band as b
    on a.property_numberofemployees >= b.employees_from
    and (b.employees_to is null or a.property_numberofemployees < b.employees_to)
