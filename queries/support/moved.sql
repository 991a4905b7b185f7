-- says: records that count otherwise than the build before published them, in weeks that were final then and are now
select
    coalesce(n.metric, s.metric) as metric,
    coalesce(n.week, s.week) as week,
    coalesce(n.record_id, s.record_id) as record_id,
    coalesce(n.nth, s.nth) as nth,
    case when s.metric is null then 'came late' when n.metric is null then 'is gone' else 'counts differently' end as moved,
    s.state as said, n.state as now, s.amount as said_amount, n.amount
from (from published_record where generation = $said::varchar) as s
full outer join (from published_record where generation = $now) as n
    on n.metric = s.metric and n.week = s.week and n.record_id = s.record_id and n.nth = s.nth
where (coalesce(n.metric, s.metric), coalesce(n.week, s.week)) in (
        select (a.metric, a.week)
        from published as a
        inner join published as b on b.metric = a.metric and b.week = a.week
        where a.generation = $said::varchar and b.generation = $now and a.is_final and b.is_final
    )
    and (s.state is distinct from n.state or s.amount is distinct from n.amount)
