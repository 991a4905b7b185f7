select id('701', i) as id, campaign_type(i) || ' – ' || industry(i, 19) || ' ' || i as name, campaign_type(i) as type,
    case when ends <= as_of() then 'Completed' else 'In Progress' end as status, ends > as_of() as is_active, day_of(starts) as start_date, day_of(ends) as end_date,
    round(5000 * exp(2 * r(i, 8)), -2) as budgeted_cost, cast(null as double) as actual_cost, id('005', marketer(i, 9)) as owner_id, r(i, 92) < 0.001 as is_deleted,
    instant(starts) as created_date, instant(modified) as last_modified_date, instant(synced_at) as _fivetran_synced
from (
    select *, case when why is null then synced(modified, u, i) else as_of() end as synced_at
    from (
        select *, case when ends <= as_of() then ends else starts end as modified
        from (
            select i, why, i / campaigns() as u, greatest(raw_moment(i / campaigns()) - 86400, day0()) as starts,
                raw_moment(i / campaigns()) + days(case when i % 10 = 0 then 400 else 20 + 150 * r(i, 7) end) as ends
            from chosen('campaigns')
        )
    )
)
