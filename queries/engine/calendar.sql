-- grain: one row for each local day; weeks, months and fiscal quarters carry the date of their first day
select
    d.day,
    accord_week_start(d.day, s.first_weekday) as week,
    cast(date_trunc('month', d.day) as date) as month,
    cast(date_trunc('month', d.day) - to_months((month(d.day) - s.fiscal_year_start_month + 12) % 3) as date) as quarter,
    isodow(d.day) < 6 as is_workday
from setting as s
cross join (select cast(unnest(generate_series(date '1990-01-01', date '2099-12-31', interval 1 day)) as date) as day) as d
order by d.day
