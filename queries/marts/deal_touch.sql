-- grain: one row for each eligible touch of an opportunity (METRICS section 5)
-- view: yes
select
    t.opportunity_id, t.touch_id, t.is_by_account, t.person_id, t.occurred_at, t.side, t.channel, t.campaign_id,
    coalesce(c.name, t.campaign_id) as campaign, coalesce(c.marketing_team, m.marketing_team) as marketing_team, t.owner_id
from deal_touch_base as t
left join member as m on m.member_id = t.owner_id
left join campaign as c on c.campaign_id = t.campaign_id
