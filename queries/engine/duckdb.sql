-- Macros for what DuckDB and other engines spell differently. $timezone and $date_order are filled in as literals.

-- Text to values; NULL is "cannot be read". Separators of thousands are commas, as in 1,234.50; casts alone would take 0x10 and 1_000 too.
create or replace macro accord_boolean(x) as
    case
        when lower(x) in ('true', 't', 'yes', 'y', '1', '1.0') then true
        when lower(x) in ('false', 'f', 'no', 'n', '0', '0.0') then false
    end;

create or replace macro accord_number(x) as
    case when regexp_full_match(x, '[+-]?(\d+|\d{1,3}(,\d{3})+)?(\.\d*)?([eE][+-]?\d+)?') then replace(x, ',', '') end;

create or replace macro accord_slash_time(x) as
    case $date_order
        when 'mdy' then try_strptime(x, [
            '%m/%d/%y', '%m/%d/%Y', '%m/%d/%y %I:%M %p', '%m/%d/%Y %I:%M %p', '%m/%d/%Y %I:%M:%S %p',
            '%m/%d/%y %H:%M', '%m/%d/%Y %H:%M', '%m/%d/%Y %H:%M:%S'])
        else try_strptime(x, [
            '%d/%m/%y', '%d/%m/%Y', '%d/%m/%y %I:%M %p', '%d/%m/%Y %I:%M %p', '%d/%m/%Y %I:%M:%S %p',
            '%d/%m/%y %H:%M', '%d/%m/%Y %H:%M', '%d/%m/%Y %H:%M:%S'])
    end;

create or replace macro accord_is_day(x) as
    regexp_full_match(x, '\d{4}-\d{1,2}-\d{1,2}|\d{1,2}/\d{1,2}/\d{2}|\d{1,2}/\d{1,2}/\d{4}');

create or replace macro accord_day(x) as
    case
        when x like '%/%' then cast(accord_slash_time(x) as date)
        when regexp_full_match(x, '\d{4}-\d{2}') then try_cast(x || '-01' as date)
        else try_cast(regexp_extract(x, '^(\d{4}-\d{1,2}-\d{1,2})([T ][\d:.]+ ?(UTC|Z|[+-][\d:]+)?)?$', 1) as date)
    end;

create or replace macro accord_instant(x) as
    date_trunc('second', case
        when x like '%/%' then accord_slash_time(x)
        else timezone('UTC', try_cast(x as timestamptz))
    end);

-- The local calendar.
-- Where days are those of UTC, which is the default, nothing is converted: that would be much of what loading costs.
create or replace macro accord_day_start(d) as
    case when $timezone = 'UTC' then cast(d as timestamp) else timezone('UTC', timezone($timezone, cast(d as timestamp))) end;

create or replace macro accord_day_end(d) as
    accord_day_start(d + 1) - interval 1 second;

create or replace macro accord_local_day(t) as
    case when $timezone = 'UTC' then cast(t as date) else cast(timezone($timezone, timezone('UTC', t)) as date) end;

create or replace macro accord_seconds(a, b) as
    cast(epoch(b) - epoch(a) as bigint);

create or replace macro accord_hours(a, b) as
    cast(accord_seconds(a, b) as double) / 3600.0;

create or replace macro accord_week_start(d, first_weekday) as
    d - cast((isodow(d) - first_weekday + 7) % 7 as integer);

-- Doubles as decimals, which add up without rounding: money, and weights of at most a few hundred.
create or replace macro accord_money(x) as
    cast(x as decimal(38, 10));

create or replace macro accord_weight(x) as
    cast(x as decimal(18, 15));
