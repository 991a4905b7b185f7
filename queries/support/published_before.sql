-- says: the build to compare with: of those of earlier weeks the newest that is a week old, else the one nearest to a week
select p.generation
from published as p
where p.as_of_week < $as_of_week and p.basis = $basis
    and p.generation in (select generation from published_record)
order by p.as_of_day <= $as_of_day - 7 desc, abs($as_of_day - 7 - p.as_of_day), p.as_of desc
limit 1
