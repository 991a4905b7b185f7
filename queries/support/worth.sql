-- says: by group, the share of its accepted leads that came to a deal, those deals, and their mean amount; of the records of qualification_rate
-- One without an amount adds nothing to money, as in the bridge.
{record},

valued as (
    select *, case when is_conversion_mature and deal_created_at is not null then coalesce(deal_amount, 0) end as size from record
)

select {by} {answer}, count(size) as deals, cast(avg(size) as double) as mean, coalesce(stddev_samp(cast(size as double)), 0) as spread
from valued
group by all
