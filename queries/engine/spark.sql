-- The macros of queries/sources and queries/marts once more, in Spark SQL: the same values as duckdb.sql gives, to the last bit.
-- $timezone is filled in as a literal. Instants are TIMESTAMP_NTZ in UTC.

create macro accord_local_day(t) as
    cast(convert_timezone('UTC', $timezone, t) as date);

-- Where the clocks are set back over midnight, a day starts at the later of its two.
create macro accord_day_start(d) as
    case
        when convert_timezone('UTC', $timezone, convert_timezone($timezone, 'UTC', cast(d as timestamp_ntz)) + interval 1 hour) = cast(d as timestamp_ntz)
            then convert_timezone($timezone, 'UTC', cast(d as timestamp_ntz)) + interval 1 hour
        else convert_timezone($timezone, 'UTC', cast(d as timestamp_ntz))
    end;

create macro accord_day_end(d) as
    accord_day_start(date_add(d, 1)) - interval 1 second;

-- DuckDB takes all blanks of Unicode away, and knows one small letter for each capital.
create macro accord_trim(x) as
    trim(both '                　' from x);

create macro accord_lower(x) as
    lower(translate(x, 'İΣ', 'iσ'));

create macro accord_seconds(a, b) as
    timestampdiff(second, a, b);

create macro accord_hours(a, b) as
    cast(accord_seconds(a, b) as double) / cast(3600 as double);

create macro accord_week_start(d, first_weekday) as
    date_sub(d, (weekday(d) + 8 - first_weekday) % 7);

-- A double as money: DuckDB multiplies by ten to the tenth and rounds, half away from nothing. Whole numbers above 2^53 are taken in two parts.
create macro accord_money(x) as
    cast(
        cast(floor(round(x * 1e10D, 0) / 4294967296D) as decimal(16, 0)) * cast(4294967296 as decimal(10, 0))
        + cast(round(x * 1e10D, 0) - floor(round(x * 1e10D, 0) / 4294967296D) * 4294967296D as decimal(10, 0)) as decimal(27, 0)
    ) * cast(0.0000000001 as decimal(10, 10));

-- A weight, which is at most a few thousand, to be summed without rounding.
create macro accord_weight(x) as
    cast(cast(cast(round(x * 1e15D, 0) as bigint) as decimal(19, 0)) * cast(0.000000000000001 as decimal(16, 15)) as decimal(18, 15));

create macro accord_upper(x) as
    upper(translate(x, 'ß', 'ẞ'));
