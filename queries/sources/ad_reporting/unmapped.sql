-- grain: one row for each platform that the map of channels lacks
select 'channel' as map, min(r.platform) as value, count(*) as row_count
from raw.campaign_report as r
left join map.channel as c on lower(c.source) = lower(r.platform)
where c.source is null and r.platform is not null
group by lower(r.platform)
