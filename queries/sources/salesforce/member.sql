-- grain: one row for each user; a user who left keeps the team and the past
-- from: user
select
    u.id as member_id, coalesce(t.team, d.team) as team_id,
    coalesce(u.name, nullif(trim(concat_ws(' ', u.first_name, u.last_name)), '')) as name,
    coalesce(u.is_active, true) as is_active
from raw.user as u
left join raw.user_role as r on r.id = u.user_role_id
left join map.team as t on lower(t.role) = lower(r.name)
left join map.team as d on lower(d.role) = lower(u.department)
