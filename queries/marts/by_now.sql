-- grain: one row for each build: the moment it is true at, in seconds since 1990 and in seconds of working time
select
    accord_seconds(timestamp '1990-01-01 00:00:00', g.as_of) as as_of_s,
    b.seconds_before + greatest(0, least(b.seconds, accord_seconds(b.opens_at, g.as_of))) as as_of_worked_s
from setting as g
inner join business_day as b on b.day = accord_local_day(g.as_of)
