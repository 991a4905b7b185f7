-- grain: one row for each program that is no campaign of the CRM
-- from: program
-- cannot: who runs a program, so a marketing team is known only where the program is a campaign of the CRM
select 'marketo-' || p.id as campaign_id, p.name, m.channel, cast(null as varchar) as owner_id
from raw.program as p
left join map.channel as m on lower(m.source) = lower(p.channel)
where p.sfdc_id is null
