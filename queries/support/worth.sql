-- says: by group, the deals that came of its accepted leads and their mean amount; of the records of qualification_rate that are old enough
-- One without an amount adds nothing to money, as in the bridge.
{record}

select
    {by}
    count(*) as deals, cast(avg(coalesce(deal_amount, 0)) as double) as mean, coalesce(stddev_samp(cast(coalesce(deal_amount, 0) as double)), 0) as spread
from record
where is_conversion_mature and deal_created_at is not null
group by all
