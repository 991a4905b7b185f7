-- says: a rate's change between two periods, split over groups into mix and rate; exact: all parts add up to the change
-- METRICS section 6, which is Kitagawa (1955), "Components of a difference between two rates", Journal of the American Statistical
-- Association 50, the interaction shared evenly. Measuring the mix from R, the mean of the two overall rates, changes no sum, as the
-- changes of the weights add up to 0. A group that is in one period alone is all mix: its rate there stands for both.
with given as (
    select
        unnest($names::varchar[]) as name,
        unnest($n_before::double[]) as n_before, unnest($n_now::double[]) as n_now,
        unnest($rate_before::double[]) as rate_before, unnest($rate_now::double[]) as rate_now
),

weighed as (
    select
        *,
        n_before / sum(n_before) over () as w_before, n_now / sum(n_now) over () as w_now,
        coalesce(rate_before, rate_now) as a, coalesce(rate_now, rate_before) as b
    from given
),

centred as (
    select *, sum(w_before * a + w_now * b) over () / 2 as r from weighed
)

select
    name, n_before, n_now, rate_before, rate_now, w_before, w_now,
    (w_now - w_before) * ((a + b) / 2 - r) as mix,
    (b - a) * (w_before + w_now) / 2 as rate
from centred
order by abs(mix) + abs(rate) desc, name nulls last
