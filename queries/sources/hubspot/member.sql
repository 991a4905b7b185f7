-- grain: one row for each owner; one who left keeps the team and the past
-- from: owner
-- A user may be in several teams: the primary one first, then those of team_user, then those that were left; of these the first
-- that team.csv knows.
with user_of as (
    select o.owner_id, coalesce(o.user_id_including_inactive, o.active_user_id, min(u.id)) as user_id
    from raw.owner as o
    left join raw.users as u on lower(u.email) = lower(o.email)
    group by o.owner_id, o.user_id_including_inactive, o.active_user_id
),

belongs as (
    select t.owner_id, t.team_id, case when t.is_team_primary then 1 else 4 end as rank from raw.owner_team as t
    union all
    select o.owner_id, u.primary_team_id as team_id, 2 as rank
    from user_of as o
    inner join raw.users as u on u.id = o.user_id
    union all
    select o.owner_id, t.team_id, case when t._fivetran_deleted then 6 when t.is_secondary_user then 5 else 3 end as rank
    from user_of as o
    inner join raw.team_user as t on t.user_id = o.user_id
),

ranked as (
    select b.owner_id, m.team, row_number() over (partition by b.owner_id order by b.rank, t.name, t.id) as place
    from belongs as b
    inner join raw.team as t on t.id = b.team_id
    inner join map.team as m on lower(m.role) = lower(t.name)
    where m.team is not null
)

select
    o.owner_id as member_id, r.team as team_id,
    coalesce(nullif(trim(concat_ws(' ', o.first_name, o.last_name)), ''), o.email) as name,
    coalesce(o.is_active, o.active_user_id is not null or count(o.active_user_id) over () = 0) as is_active
from raw.owner as o
left join ranked as r on r.owner_id = o.owner_id and r.place = 1
