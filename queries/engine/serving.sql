-- Macros of the questions that pages ask. A share of nothing is no data, never 0.
create macro accord_share(k, n) as cast(k as double) / nullif(cast(n as double), 0);

-- 95 % interval of a share: Wilson (1927), "Probable inference, the law of succession, and statistical inference",
-- Journal of the American Statistical Association 22, with z = 1.959963984540054.
create macro accord_wilson_centre(k, n) as
    (cast(k as double) + 1.920729410347062) / nullif(cast(n as double) + 3.841458820694124, 3.841458820694124);

create macro accord_wilson_half(k, n) as
    1.959963984540054 * sqrt(cast(k as double) * (n - k) / nullif(cast(n as double), 0) + 0.960364705173531)
    / nullif(cast(n as double) + 3.841458820694124, 3.841458820694124);

-- At the ends the interval ends there too, whatever the last digits of the arithmetic say.
create macro accord_wilson_low(k, n) as
    case when k = 0 and n > 0 then 0.0 else accord_wilson_centre(k, n) - accord_wilson_half(k, n) end;

create macro accord_wilson_high(k, n) as
    case when k = n and n > 0 then 1.0 else accord_wilson_centre(k, n) + accord_wilson_half(k, n) end;

-- The quantile q of n waits of which `hours` (in order) are answered and all others are longer: linear between
-- neighbours, and the longest wait so far where a neighbour with weight is unanswered.
create macro accord_quantile_is_over(answered, n, q) as
    n > 0 and ceil(round((n - 1) * q, 9)) >= answered;

create macro accord_quantile(hours, n, q, longest_wait) as
    case
        when n = 0 then null
        when accord_quantile_is_over(coalesce(len(hours), 0), n, q) then longest_wait
        else hours[cast(floor(round((n - 1) * q, 9)) as bigint) + 1]
            + (round((n - 1) * q, 9) - floor(round((n - 1) * q, 9)))
            * (hours[cast(ceil(round((n - 1) * q, 9)) as bigint) + 1] - hours[cast(floor(round((n - 1) * q, 9)) as bigint) + 1])
    end;
