-- grain: one row for each program, as a campaign: one that is synced with a campaign of the CRM is that campaign
select p.id as program_id, coalesce(p.sfdc_id, 'marketo-' || p.id) as campaign_id, p.name, m.channel
from raw.program as p
left join map.channel as m on lower(m.source) = lower(p.channel)
