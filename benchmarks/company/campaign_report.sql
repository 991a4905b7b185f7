-- Paid campaigns, a row for each of their days.
select '' as source_relation, cast(instant(day) as date) as date_day, platform, '60288' || length(platform) as account_id, platform || ' account' as account_name,
    cast(31840000 + i as varchar) as campaign_id, campaign_type(i) || ' ' || i as campaign_name,
    cast(floor(40 * exp(bell(i * 2000 + n, 6))) as bigint) as clicks, cast(floor(3000 * exp(bell(i * 2000 + n, 6))) as bigint) as impressions,
    round(300 * exp(bell(i * 2000 + n, 6)), 2) as spend, cast(0 as double) as conversions, cast(0 as double) as conversions_value, instant(sync_after(day + 86400)) as _fivetran_synced
from (
    select i, n, raw_moment(i / campaigns()) // 86400 * 86400 + 86400 * n as day,
        case when r(i, 11) < 0.01 then 'microsoft_ads' when campaign_type(i) = 'Paid Search' then 'google_ads' when r(i, 12) < 0.6 then 'linkedin_ads' else 'facebook_ads' end as platform
    from range(cast(campaigns() * part_before(as_of()) as bigint)) as c(i) cross join range(400) as t(n)
    where campaign_type(i) in ('Paid Search', 'Paid Social') and n <= case when i % 10 = 0 then 400 else 20 + 150 * r(i, 7) end
)
order by day, i
