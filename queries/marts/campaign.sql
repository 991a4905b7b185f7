-- grain: one row for each campaign, with the team that runs it; names shared by two carry the id
-- order: campaign_id
with named as (
    select
        c.campaign_id, coalesce(c.name, c.campaign_id) as name, c.channel, c.owner_id,
        count(*) over (partition by lower(coalesce(c.name, c.campaign_id))) as namesakes
    from conformed.campaign as c
)

select
    n.campaign_id, n.name as plain_name, h.label as channel, n.owner_id, m.marketing_team,
    case when n.namesakes > 1 then n.name || ' (' || n.campaign_id || ')' else n.name end as name
from named as n
left join member as m on m.member_id = n.owner_id
left join label as h on h.kind = 'channel' and h.key = lower(trim(n.channel))
