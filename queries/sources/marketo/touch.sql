-- grain: one row for each answer of a person to marketing
-- from: activity_fill_out_form, activity_click_email, activity_change_status_in_progression, activity_interesting_moment
-- Forms filled in and clicks in mails are answers; several clicks in one mail are one answer, the first. Sends, deliveries, opens
-- and bounces are not, nor is being added to a campaign of the CRM: that is marketing's doing, and the CRM's own campaign
-- members say who responded. Success in a program and interesting moments are answers where the person filled in no form
-- and clicked nothing of that program on that day, as both are mostly logged on the ground of these.
-- The program is that of the smart campaign, else that whose name stands before the last dot of the form's or mail's name.
with click as (
    select
        c.id, c.lead_id, c.activity_date, c.campaign_id, c.primary_attribute_value, c._origin,
        row_number() over (
            partition by c.lead_id, c.primary_attribute_value_id, coalesce(c.campaign_run_id, c.id)
            order by c.activity_date, c.id
        ) as place
    from raw.activity_click_email as c
),

activity as (
    select
        f.id, f.lead_id, f.activity_date, f.campaign_id, cast(null as varchar) as program_id,
        f.primary_attribute_value as asset, 'form' as kind, 'form submission' as word, 1 as rank, f._origin
    from raw.activity_fill_out_form as f
    union all
    select
        c.id, c.lead_id, c.activity_date, c.campaign_id, cast(null as varchar) as program_id,
        c.primary_attribute_value as asset, 'click' as kind, 'email' as word, 1 as rank, c._origin
    from click as c
    where c.place = 1
    union all
    select
        s.id, s.lead_id, s.activity_date, s.campaign_id, s.primary_attribute_value_id as program_id,
        cast(null as varchar) as asset, 'program success' as kind, cast(null as varchar) as word, 2 as rank, s._origin
    from raw.activity_change_status_in_progression as s
    where s.success
    union all
    select
        i.id, i.lead_id, i.activity_date, i.campaign_id, cast(null as varchar) as program_id,
        cast(null as varchar) as asset, 'interesting moment' as kind, cast(null as varchar) as word, 3 as rank, i._origin
    from raw.activity_interesting_moment as i
),

by_name as (
    select lower(p.name) as name, min(p.id) as program_id from raw.program as p group by lower(p.name)
),

placed as (
    select
        a.id, coalesce(k.person_id, 'marketo-' || a.lead_id) as person_id, a.activity_date, a.kind, a.word, a.rank, a._origin,
        coalesce(a.program_id, c.program_id, n.program_id) as program_id
    from activity as a
    left join person_of as k on k.lead_id = a.lead_id
    left join raw.campaign as c on c.id = a.campaign_id
    left join by_name as n
        on n.name = lower(substr(a.asset, 1, length(a.asset) - instr(reverse(a.asset), '.'))) and instr(a.asset, '.') > 0
),

ranked as (
    select
        p.id, p.person_id, p.activity_date, p.kind, p.word, p.rank, p._origin, p.program_id,
        min(p.rank) over (
            partition by p.person_id, coalesce(p.program_id, ''), accord_local_day(p.activity_date)
        ) as strongest
    from placed as p
)

select
    r.id as touch_id, r.person_id, cast(null as varchar) as account_id, r.activity_date as occurred_at, 'marketing' as side,
    case when p.program_id is not null then p.channel else m.channel end as channel, r.kind, p.campaign_id,
    cast(null as varchar) as owner_id, r._origin
from ranked as r
left join program_of as p on p.program_id = r.program_id
left join map.channel as m on lower(m.source) = r.word
where r.rank = r.strongest
