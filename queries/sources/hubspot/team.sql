-- grain: one row for each team that the map names
-- from: owner
select min(t.team) as team_id, min(t.team) as name, min(t.side) as side
from map.team as t
where t.team is not null
group by lower(t.team)
