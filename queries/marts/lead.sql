-- grain: one row for each lead record; of a source that supplies none, for each lead that has events
-- publish: no
-- by: lead_id
with known as (
    select
        l.lead_id, l.person_id, l.created_at, l.name, l.company, l.source, l.channel, l.score, l.owner_id, l.opportunity_id,
        l.segment, l.region, l.industry, l.persona
    from conformed.lead as l
),

said as (
    select
        e.lead_id, min(e.person_id) as person_id,
        count(*) filter (where s._source_no is null) > 0 as is_of_source_without_leads
    from conformed.lead_event as e
    left join lead_source as s on s._source_no = e._source_no
    group by e.lead_id
),

lead as (
    select
        coalesce(k.lead_id, e.lead_id) as lead_id,
        coalesce(k.person_id, e.person_id, k.lead_id, e.lead_id) as person_id,
        k.created_at, k.name, k.company, k.source, k.channel, k.score, k.owner_id, k.opportunity_id,
        k.segment, k.region, k.industry, k.persona
    from known as k
    full outer join said as e on e.lead_id = k.lead_id
    where k.lead_id is not null or e.is_of_source_without_leads
)

-- What the lead itself says stands in where its person has no account, or the account does not say.
select
    l.lead_id, l.person_id, p.account_id, l.created_at, coalesce(p.name, l.name, l.lead_id) as name, p.title,
    coalesce(a.name, c.name, l.company) as company, s.label as source, h.label as channel, l.score, l.owner_id, l.opportunity_id,
    coalesce(a.segment, g.label) as segment, coalesce(a.region, r.label) as region, coalesce(a.industry, i.label) as industry,
    a.tier, coalesce(p.persona, o.label) as persona
from lead as l
left join person as p on p.person_id = l.person_id
left join account as a on a.account_id = p.account_id
left join account as c on c.account_id = l.company
left join label as s on s.kind = 'source' and s.key = lower(trim(l.source))
left join label as h on h.kind = 'channel' and h.key = lower(trim(l.channel))
left join label as g on g.kind = 'segment' and g.key = lower(trim(l.segment))
left join label as r on r.kind = 'region' and r.key = lower(trim(l.region))
left join label as i on i.kind = 'industry' and i.key = lower(trim(l.industry))
left join label as o on o.kind = 'persona' and o.key = lower(trim(l.persona))
