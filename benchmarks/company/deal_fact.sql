-- One row for each deal that there ever is, from a lead or from sales' own search.
create table deal_fact as
with drawn as (
    select o as i, o / deals() as u, account_of(o) as account, l.i as lead,
        coalesce(l.converted, moment(o / deals(), o, 10)) as created
    from range(cast(ceil(deals() * part_before(day0() + 86400 * 1160)) as bigint)) as t(o)
    left join lead_fact as l on l.i = candidate(o) and l.is_qualified
),

placed as (
    select *, segment_no(account, 15) as segment, region_no(account, 17) as region from drawn
)

select *, seller(i, 20, segment, region) as owner,
    created + days(15 + (60 + 60 * segment) * (0.15 + r(i, 23) + r(i, 24))) as closed,
    r(i, 25) < 0.15 + 0.07 * segment + case when lead is null then 0 else 0.06 end as is_won,
    round(exp(9.2 + 1.1 * segment + 0.9 * bell(i, 26)) / 50) * 50 as amount
from placed
