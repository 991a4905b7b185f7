-- grain: one row for each day, channel and campaign that marketing paid for
-- order: spent_on, channel, campaign
-- An ad report names campaigns in its platform's own way: one of ours is meant where the id, or else the name, is the same.
-- The channel is that of our campaign, as for the touches it brings; of others, that of the platform.
with named as (
    select lower(trim(c.plain_name)) as key, min(c.campaign_id) as campaign_id
    from campaign as c
    group by lower(trim(c.plain_name))
    having count(*) = 1
)

select
    s.spent_on, coalesce(i.channel, b.channel, h.label) as channel, coalesce(i.name, b.name, s.campaign_name, s.campaign_id) as campaign,
    cast(s.amount as decimal(38, 10)) as amount
from conformed.spend as s
left join campaign as i on i.campaign_id = s.campaign_id
left join named as n on n.key = lower(trim(s.campaign_name))
left join campaign as b on b.campaign_id = n.campaign_id
left join label as h on h.kind = 'channel' and h.key = lower(trim(s.channel))
