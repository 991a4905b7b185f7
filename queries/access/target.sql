-- rule: promises of one's teams and segments; where one's part is a single one of them, its promise is that of the whole part
with mine as (
    select t.metric, t.month, t.team, t.segment, t.value, lower(t.team) in (select lower(value) from part) as is_team
    from scorecard.target as t
    where accord_is_whole() or lower(t.team) in (select lower(value) from part where dimension <> 'segment')
        or t.segment in (select value from part where dimension = 'segment')
)

select metric, month, team, segment, value from mine
union all
select metric, month, null as team, null as segment, value
from mine
where (select count(*) from part) = 1 and (case when is_team then segment else team end) is null
