-- says: what one build publishes of a metric (its rows by week in the table `answer`)
insert into published
select
    $generation, $as_of, $as_of_day, $as_of_week, $basis, $metric, w.week,
    coalesce(a.value, accord_share(a.k, a.n), case when $unit in ('count', 'money') then 0 end), a.n,
    w.week + 7 <= $as_of_day and coalesce(a.waiting, 0) = 0
from (select distinct week from calendar where day >= $from_day and day < $to_day) as w
left join answer as a on a.week = w.week
