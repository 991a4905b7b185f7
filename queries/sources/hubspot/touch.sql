-- grain: one row for each interaction with one person
-- from: contact_form_submission, email_event
-- cannot: through which channel a person came to a form: forms have the channel that channel.csv gives "Form submission"
-- A form filled in and a click in a marketing mail are answers, and touches. Sends, deliveries, opens and bounces are not: nobody
-- answered. Several clicks in one mail are one answer, the first. Clicks of robots (filtered events) are none.
-- Engagements without a contact, notes, planned meetings, tasks not done and mails that the contact wrote are not touches.
with side_of as (
    select m.member_id, t.side from member as m inner join team as t on t.team_id = m.team_id
),

click as (
    select
        e.id, e.created, lower(e.recipient) as recipient, e.email_campaign_id, e._origin,
        row_number() over (partition by lower(e.recipient), coalesce(e.sent_by_id, e.id) order by e.created, e.id) as place
    from raw.email_event as e
    where upper(e.type) = 'CLICK' and not coalesce(e.filtered_event, false)
),

engagement as (
    select
        c.engagement_id, 'call' as channel, 'call' as kind, coalesce(c.property_hs_timestamp, c.property_hs_createdate) as occurred_at,
        c.property_hubspot_owner_id as owner_id, c._origin
    from raw.engagement_call as c
    union all
    select
        e.engagement_id, 'email' as channel, 'email' as kind, coalesce(e.property_hs_timestamp, e.property_hs_createdate) as occurred_at,
        e.property_hubspot_owner_id as owner_id, e._origin
    from raw.engagement_email as e
    where coalesce(upper(e.property_hs_email_direction), '') <> 'INCOMING_EMAIL'
    union all
    select
        m.engagement_id, 'meeting' as channel, 'meeting' as kind,
        coalesce(m.property_hs_meeting_start_time, m.property_hs_timestamp, m.property_hs_createdate) as occurred_at,
        m.property_hubspot_owner_id as owner_id, m._origin
    from raw.engagement_meeting as m
    union all
    select
        t.engagement_id,
        case when upper(t.property_hs_task_type) = 'CALL' then 'call' when upper(t.property_hs_task_type) = 'EMAIL' then 'email' else 'other' end as channel,
        'task' as kind,
        coalesce(t.property_hs_task_completion_date, t.property_hs_timestamp, t.property_hs_createdate) as occurred_at,
        t.property_hubspot_owner_id as owner_id, t._origin
    from raw.engagement_task as t
    where upper(t.property_hs_task_status) = 'COMPLETED'
    union all
    select
        c.engagement_id, 'other' as channel, 'message' as kind, coalesce(c.property_hs_timestamp, c.property_hs_createdate) as occurred_at,
        c.property_hubspot_owner_id as owner_id, c._origin
    from raw.engagement_communication as c
),

touch as (
    select
        coalesce(f.conversion_id, concat_ws('-', f.contact_id, f.form_id, cast(f."timestamp" as varchar))) as touch_id,
        coalesce(k.person_id, f.contact_id) as person_id, f."timestamp" as occurred_at, 'marketing' as side, m.channel,
        'form' as kind, 'form-' || f.form_id as campaign_id, cast(null as varchar) as owner_id, f._origin
    from raw.contact_form_submission as f
    left join contact_of as k on k.contact_id = f.contact_id
    left join map.channel as m on lower(m.source) = 'form submission'
    union all
    select
        c.id as touch_id, coalesce(e.person_id, c.recipient) as person_id, c.created as occurred_at, 'marketing' as side, m.channel,
        'click' as kind, 'email-' || c.email_campaign_id as campaign_id, cast(null as varchar) as owner_id, c._origin
    from click as c
    left join email_of as e on e.email = c.recipient
    left join map.channel as m on lower(m.source) = 'email_marketing'
    where c.place = 1
    union all
    select
        e.engagement_id || '-' || coalesce(k.person_id, w.contact_id) as touch_id, coalesce(k.person_id, w.contact_id) as person_id,
        e.occurred_at, coalesce(s.side, 'sales') as side, e.channel, e.kind,
        cast(null as varchar) as campaign_id, e.owner_id, e._origin
    from engagement as e
    inner join raw.engagement_contact as w on w.engagement_id = e.engagement_id
    cross join setting as g
    left join contact_of as k on k.contact_id = w.contact_id
    left join side_of as s on s.member_id = e.owner_id
    where e.occurred_at <= g.as_of
),

-- A contact and what was merged into it may both carry the same submission or engagement.
once as (
    select
        t.touch_id, t.person_id, t.occurred_at, t.side, t.channel, t.kind, t.campaign_id, t.owner_id, t._origin,
        row_number() over (partition by t.touch_id order by t.occurred_at, t.person_id, t._origin) as place
    from touch as t
)

select
    o.touch_id, o.person_id, cast(null as varchar) as account_id, o.occurred_at, o.side, o.channel, o.kind, o.campaign_id,
    o.owner_id, o._origin
from once as o
where o.place = 1
