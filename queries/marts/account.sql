-- grain: one row for each account
-- order: account_id
-- Major are the accounts that the map names; without a word on one, those of the largest segment.
with largest as (
    select max_by(lower(s.segment), s.employees_from) as key from map.segment as s
)

select
    a.account_id, coalesce(a.name, a.account_id) as name, s.label as segment, i.label as industry, r.label as region,
    coalesce(t.tier, lower(a.tier), case when s.key = g.key then 'major' else 'standard' end) as tier,
    a.owner_id
from conformed.account as a
cross join largest as g
left join label as s on s.kind = 'segment' and s.key = lower(trim(a.segment))
left join label as i on i.kind = 'industry' and i.key = lower(trim(a.industry))
left join label as r on r.kind = 'region' and r.key = lower(trim(a.region))
left join map.tier as t on t.account_id = a.account_id
