-- grain: one row for each campaign
-- from: campaign
select c.id as campaign_id, c.name, m.channel, c.owner_id
from raw.campaign as c
left join map.channel as m on lower(m.source) = lower(c.type)
