select id('001', i) as id,
    last_name(i) || pick(i, 73, 1.0, [' Works', ' Partners', ' Industries', ' Systems', ' Logistics', ' Labs', ' Group', ' Foods']) || ' ' || i as name,
    case when r(i, 6) < 0.4 then 'Customer' else 'Prospect' end as type,
    case when r(i, 7) > 0.01 then industry(i, 19) end as industry, employees(i, 15) as number_of_employees,
    round(employees(i, 15) * 150000 * (0.5 + r(i, 8)), -4) as annual_revenue, country(i, 17) as billing_country, region(i, 17) as region_c,
    'https://www.c' || i || '.example' as website,
    id('005', seller(i, 20, segment_no(i, 15), region_no(i, 17))) as owner_id, is_deleted, instant(created) as created_date, instant(created) as last_modified_date,
    instant(synced_at) as _fivetran_synced
from (
    select i, why, greatest(raw_moment(i / accounts()) - days(40 * r(i, 9)), day0()) as created, r(i, 92) < 0.0005 or coalesce(why = 'deleted', false) as is_deleted,
        case when why is null then synced(raw_moment(i / accounts()), i / accounts(), i) else as_of() end as synced_at
    from chosen('accounts')
)
