-- grain: one row for each interaction with one person
-- from: campaign_member
-- passing: yes
-- Tasks and events alone tell of responses, not of influence: without campaign members no touch is said to be supplied.
with side_of as (
    select m.member_id, t.side from member as m inner join team as t on t.team_id = m.team_id
),

-- One row for each record, so that who asks for no person spares the engine the join.
moved as (
    select j.record_id, min(j.person_id) as person_id from joined as j group by j.record_id
),

touch as (
    select
        m.id as touch_id, coalesce(m.contact_id, m.lead_id) as record_id, cast(null as varchar) as account_id,
        coalesce(m.first_responded_date, m.created_date) as occurred_at, 'marketing' as side, c.channel, 'response' as kind,
        m.campaign_id, c.owner_id, m._origin
    from raw.campaign_member as m
    left join campaign as c on c.campaign_id = m.campaign_id
    where coalesce(m.has_responded, m.first_responded_date is not null)
    union all
    select
        t.id as touch_id, t.who_id as record_id, t.account_id,
        coalesce(t.completed_date_time, t.activity_date, t.created_date) as occurred_at,
        coalesce(s.side, 'sales') as side,
        case
            when lower(coalesce(t.task_subtype, '')) = 'call' or lower(coalesce(t.type, '')) = 'call' then 'call'
            when lower(coalesce(t.task_subtype, '')) in ('email', 'listemail') or lower(coalesce(t.type, '')) = 'email' then 'email'
            when lower(coalesce(t.type, '')) = 'meeting' then 'meeting'
            else 'other'
        end as channel,
        'task' as kind, cast(null as varchar) as campaign_id, t.owner_id, t._origin
    from raw.task as t
    left join side_of as s on s.member_id = t.owner_id
    where coalesce(t.is_closed, lower(t.status) = 'completed', false)
        and t.who_id is not null and not coalesce(t.is_recurrence, false)
    union all
    select
        e.id as touch_id, e.who_id as record_id, e.account_id,
        coalesce(e.start_date_time, e.activity_date_time, e.activity_date, e.created_date) as occurred_at,
        coalesce(s.side, 'sales') as side, 'meeting' as channel,
        'event' as kind, cast(null as varchar) as campaign_id, e.owner_id, e._origin
    from raw.event as e
    cross join setting as g
    left join side_of as s on s.member_id = e.owner_id
    where coalesce(e.start_date_time, e.activity_date_time, e.activity_date, e.created_date) <= g.as_of
        and e.who_id is not null and not coalesce(e.is_child, false) and not coalesce(e.is_recurrence, false)
)

select
    t.touch_id, coalesce(j.person_id, t.record_id) as person_id, t.account_id, t.occurred_at, t.side, t.channel, t.kind,
    t.campaign_id, t.owner_id, t._origin
from touch as t
left join moved as j on j.record_id = t.record_id
