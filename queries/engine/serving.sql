-- Macros of the questions that pages ask. A share of nothing is no data, never 0.
create macro accord_share(k, n) as cast(k as double) / nullif(cast(n as double), 0);

-- A wait that is not over ranks above every one that is. A quantile between neighbours, one of which is not over, is not over either.
create macro accord_wait(hours) as coalesce(hours, 1e300);

create macro accord_is_open(quantile) as coalesce(quantile > 1e200, false);
