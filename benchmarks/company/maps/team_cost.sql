select strftime(m.month, '%Y-%m-01') as month, t.team, round(3 * (sellers() + marketers()) * (900 + 300 * r(epoch(m.month), 108)), -2) as amount
from (select unnest(generate_series(timestamp '2023-11-01', timestamp '2026-11-01', interval 1 month)) as month) as m
cross join (select unnest(['Enterprise sales', 'Mid-market sales', 'SMB sales', 'EMEA sales', 'Demand generation', 'Content & SEO', 'Field marketing', 'Partner marketing']) as team) as t
order by all
