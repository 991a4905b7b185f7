select c.currency, cast(m.month as date) as from_date, round(c.base + 0.05 * bell(epoch(m.month), c.place), 4) as rate
from (select unnest(['EUR', 'GBP']) as currency, unnest([1.1, 1.28]) as base, unnest([102, 105]) as place) as c
cross join (select unnest(generate_series(timestamp '2023-10-01', timestamp '2026-11-01', interval 1 month)) as month) as m
order by all
