-- grain: one row for each spelling of each label of a kind, with how often it occurs
-- publish: no
-- adds: times
with touched as (
    select t.channel, lower(t.side) = 'marketing' as is_marketing, count(*) as times
    from conformed.touch as t
    group by t.channel, lower(t.side) = 'marketing'
),

seen as (
    select 'segment' as kind, a.segment as label from conformed.account as a
    union all select 'segment' as kind, l.segment as label from conformed.lead as l
    union all select 'segment' as kind, s.segment as label from map.segment as s
    union all select 'region' as kind, a.region as label from conformed.account as a
    union all select 'region' as kind, l.region as label from conformed.lead as l
    union all select 'industry' as kind, a.industry as label from conformed.account as a
    union all select 'industry' as kind, l.industry as label from conformed.lead as l
    union all select 'source' as kind, l.source as label from conformed.lead as l
    union all select 'source' as kind, o.source as label from conformed.opportunity as o
    union all select 'channel' as kind, l.channel as label from conformed.lead as l
    union all select 'channel' as kind, o.channel as label from conformed.opportunity as o
    union all select 'channel' as kind, c.channel as label from conformed.campaign as c
    union all select 'channel' as kind, s.channel as label from conformed.spend as s
    union all select 'persona' as kind, l.persona as label from conformed.lead as l
    union all select 'persona' as kind, p.persona as label from conformed.person as p
    union all select 'persona' as kind, p.persona as label from map.persona as p
    union all select 'reason' as kind, e.reason as label from conformed.lead_event as e
),

counted as (
    select s.kind, s.label, count(*) as times from seen as s group by s.kind, s.label
    union all
    select 'channel' as kind, t.channel as label, t.times from touched as t where t.is_marketing
    union all
    select 'touch' as kind, t.channel as label, t.times from touched as t
)

select c.kind, c.label, cast(sum(c.times) as bigint) as times
from counted as c
where c.label is not null and trim(c.label) <> ''
group by c.kind, c.label
