-- says: marketing touches whose campaign is not in the extract
select t.touch_id as offender
from touch_base as t
left join campaign as c on c.campaign_id = t.campaign_id
where t.campaign_id is not null and c.campaign_id is null
