-- grain: one row for each channel of programs that the map lacks
select 'channel' as map, min(p.channel) as value, count(*) as row_count
from raw.program as p
left join map.channel as c on lower(c.source) = lower(p.channel)
where c.source is null and p.channel is not null
group by lower(p.channel)
