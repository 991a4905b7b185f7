-- grain: one row for each interaction with a person who is in the data
-- view: yes
select
    t.touch_id, t.person_id, t.account_id, t.occurred_at, t.side, t.channel, t.kind, t.campaign_id,
    coalesce(c.name, t.campaign_id) as campaign, coalesce(c.marketing_team, m.marketing_team) as marketing_team, t.owner_id
from touch_base as t
left join member as m on m.member_id = t.owner_id
left join campaign as c on c.campaign_id = t.campaign_id
