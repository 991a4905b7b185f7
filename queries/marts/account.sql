-- grain: one row for each account
-- order: account_id
-- apart: owner_id
-- Major are the accounts that the map or the source names; where neither names any, those of the largest segment.
with largest as (
    select max_by(lower(s.segment), s.employees_from) as key from map.segment as s
),

named as (
    select count(*) as tiers from map.tier as t
)

select
    a.account_id, coalesce(a.name, a.account_id) as name, s.label as segment, i.label as industry, r.label as region,
    coalesce(t.tier, lower(a.tier), case when n.tiers = 0 and s.key = g.key then 'major' else 'standard' end) as tier,
    a.owner_id
from conformed.account as a
cross join largest as g
cross join named as n
left join label as s on s.kind = 'segment' and s.key = lower(trim(a.segment))
left join label as i on i.kind = 'industry' and i.key = lower(trim(a.industry))
left join label as r on r.kind = 'region' and r.key = lower(trim(a.region))
left join map.tier as t on t.account_id = a.account_id
