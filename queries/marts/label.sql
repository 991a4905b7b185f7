-- grain: one row for each label of a kind, in the commonest of the spellings that differ in case alone
-- publish: no
with seen as (
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
    union all select 'channel' as kind, t.channel as label from conformed.touch as t where lower(t.side) = 'marketing'
    union all select 'channel' as kind, lower(t.channel) as label from (select distinct u.channel from conformed.touch as u) as t
    union all select 'channel' as kind, s.channel as label from conformed.spend as s
    union all select 'persona' as kind, l.persona as label from conformed.lead as l
    union all select 'persona' as kind, p.persona as label from conformed.person as p
    union all select 'persona' as kind, p.persona as label from map.persona as p
    union all select 'reason' as kind, e.reason as label from conformed.lead_event as e
),

counted as (
    select s.kind, lower(trim(s.label)) as key, trim(s.label) as label, count(*) as times
    from seen as s
    where s.label is not null and trim(s.label) <> ''
    group by s.kind, lower(trim(s.label)), trim(s.label)
),

ranked as (
    select c.kind, c.key, c.label, row_number() over (partition by c.kind, c.key order by c.times desc, c.label) as place
    from counted as c
)

select r.kind, r.key, r.label
from ranked as r
where r.place = 1
