-- says: by group, the deals that came of its accepted leads and their mean amount; of the records of qualification_rate that are old enough
-- One without an amount adds nothing to money, as in the bridge.
{record}

select {by} count(*) as deals, cast(avg(amount) as double) as mean, coalesce(stddev_samp(cast(amount as double)), 0) as spread
from record
inner join (select opportunity_id, coalesce(amount, 0) as amount from deal) as deal on deal.opportunity_id = record.opportunity_id
where is_conversion_mature
group by all
