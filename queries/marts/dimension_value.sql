-- grain: one row for each value that occurs in a dimension
-- order: dimension, value
with touched as (
    select distinct t.channel, t.campaign_id, t.owner_id from deal_touch_base as t where t.side = 'marketing'
),

seen as (
    select 'segment' as dimension, h.segment as value from handoff_base as h
    union select 'region' as dimension, h.region as value from handoff_base as h
    union select 'industry' as dimension, h.industry as value from handoff_base as h
    union select 'tier' as dimension, h.tier as value from handoff_base as h
    union select 'channel' as dimension, h.channel as value from handoff_base as h
    union select 'source' as dimension, h.source as value from handoff_base as h
    union select 'campaign' as dimension, h.campaign as value from handoff_base as h
    union select 'persona' as dimension, h.persona as value from handoff_base as h
    union select 'marketing_team' as dimension, h.marketing_team as value from handoff_base as h
    union select 'sales_team' as dimension, h.sales_team as value from handoff_base as h
    union select 'owner' as dimension, h.owner as value from handoff_base as h
    union select 'reason' as dimension, coalesce(h.reason, 'no reason given') as value from handoff_base as h where h.outcome = 'rejected'
    union select 'segment' as dimension, d.segment as value from deal as d
    union select 'region' as dimension, d.region as value from deal as d
    union select 'industry' as dimension, d.industry as value from deal as d
    union select 'tier' as dimension, d.tier as value from deal as d
    union select 'channel' as dimension, d.channel as value from deal as d
    union select 'source' as dimension, d.source as value from deal as d
    union select 'persona' as dimension, d.persona as value from deal as d
    union select 'sales_team' as dimension, d.sales_team as value from deal as d
    union select 'owner' as dimension, d.owner as value from deal as d
    union select 'segment' as dimension, i.segment as value from inquiry as i
    union select 'region' as dimension, i.region as value from inquiry as i
    union select 'industry' as dimension, i.industry as value from inquiry as i
    union select 'channel' as dimension, i.channel as value from inquiry as i
    union select 'source' as dimension, i.source as value from inquiry as i
    union select 'persona' as dimension, i.persona as value from inquiry as i
    union select 'channel' as dimension, t.channel as value from touched as t
    union select 'campaign' as dimension, coalesce(c.name, t.campaign_id) as value from touched as t left join campaign as c on c.campaign_id = t.campaign_id
    union
    select 'marketing_team' as dimension, coalesce(c.marketing_team, m.marketing_team) as value
    from touched as t
    left join member as m on m.member_id = t.owner_id
    left join campaign as c on c.campaign_id = t.campaign_id
    union select 'channel' as dimension, s.channel as value from spend as s
    union select 'campaign' as dimension, s.campaign as value from spend as s
    union select 'reason' as dimension, f.reason as value from forgotten_account as f
    union select 'kind' as dimension, j.kind as value from joint_work as j
    union select 'side' as dimension, c.side as value from team_cost as c
    union select 'sales_team' as dimension, t.team as value from target as t inner join member as m on lower(m.sales_team) = lower(t.team)
)

select s.dimension, s.value
from seen as s
where s.value is not null
