-- grain: one row for each form and each mailing
-- from: form, email_campaign
-- cannot: who runs a form or a mailing, so marketing teams are known from the person who set the stage alone
select 'form-' || f.guid as campaign_id, f.name, m.channel, cast(null as varchar) as owner_id
from raw.form as f
left join map.channel as m on lower(m.source) = 'form submission'
union all
select
    'email-' || e.id as campaign_id, coalesce(e.name, e.subject) as name, m.channel, cast(null as varchar) as owner_id
from raw.email_campaign as e
left join map.channel as m on lower(m.source) = 'email_marketing'
