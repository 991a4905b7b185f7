-- grain: one row for each person who works here, with the team; names shared by two carry the id
-- order: member_id
-- apart: is_active
with named as (
    select
        m.member_id, coalesce(m.is_active, true) as is_active, t.side, coalesce(t.name, t.team_id) as team,
        coalesce(m.name, m.member_id) as name,
        count(*) over (partition by lower(coalesce(m.name, m.member_id))) as namesakes
    from conformed.member as m
    left join conformed.team as t on t.team_id = m.team_id
)

select
    n.member_id, n.is_active, lower(n.side) as side,
    case when lower(n.side) = 'sales' then n.team end as sales_team,
    case when lower(n.side) = 'marketing' then n.team end as marketing_team,
    case when n.namesakes > 1 then n.name || ' (' || n.member_id || ')' else n.name end as name
from named as n
