-- grain: one row for each day and campaign of the ad report
-- from: campaign_report
select r.date_day as spent_on, c.channel, r.campaign_id, r.campaign_name, r.spend as amount
from raw.campaign_report as r
left join map.channel as c on lower(c.source) = lower(r.platform)
