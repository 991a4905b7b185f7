-- says: answers around the end of the SLA window by tenths of it (the 10th ends with the deadline), and whether those in the last tenth are
--     more than the tenths beside it explain; of the records of response_sla
-- Bunching at a threshold, as McCrary (2008), "Manipulation of the running variable in the regression discontinuity design: a density test",
-- Journal of Econometrics 142, and Frandsen (2017), "Party bias in union representation elections", Advances in Econometrics 38, look for it: in the
-- cells beside the threshold, against a curve that is straight across them. People answer by the clock, which puts a hump at 24 hours into any
-- office's waits; so the leads still waiting are compared at the same hours of the same weekday, and the tables of those hours put together after
-- Mantel and Haenszel (1959), "Statistical aspects of the analysis of data from retrospective studies of disease", Journal of the National Cancer
-- Institute 22. Of waits in working hours the clock is not known, and one table holds all. Four slices to a tenth, each in the hour of its middle.
{record},

wait as (
    select
        round(response_hours * 40 / $sla_hours, 9) as answered, round(waited_hours * 40 / $sla_hours, 9) as waited,
        epoch(handed_at) as handed, abs(response_hours * 3600 - (epoch(first_response_at) - epoch(handed_at))) > 1 as is_working_time
    from record
),

office as (
    select not coalesce(bool_or(is_working_time), false) as is_by_clock from wait
),

-- Most leads are answered before the first of these slices, and are left out before each lead meets each slice.
slice as (
    select
        cast(ceil(s.number / 4.0) as integer) as tenth, w.answered is not null and w.answered <= s.number as is_answered,
        case when o.is_by_clock then floor((w.handed + (s.number - 0.5) * $sla_hours * 90) / 900) end as step
    from (select * from wait where coalesce(answered > 32, waited >= 33)) as w
    cross join office as o
    inner join (select unnest(range(33, 45)) as number) as s
        on coalesce(w.answered > s.number - 1, w.waited >= s.number)
),

-- Every clock's hours start on a step of 15 minutes: what falls into the same one is put together before it is told which hour that is.
stepped as (
    select
        step, count(*) filter (where tenth = 10) as last, count(*) filter (where tenth = 10 and is_answered) as last_answered,
        count(*) as n, count(*) filter (where is_answered) as answered
    from slice
    group by step
),

-- One table for each hour of each weekday: in the last tenth or beside it, answered or not.
counted as (
    select sum(last) as last, sum(last_answered) as last_answered, sum(n) as n, sum(answered) as answered
    from (select *, timezone($timezone, to_timestamp(step * 900)) as clock from stepped)
    group by isodow(clock), hour(clock)
),

test as (
    select
        cast(coalesce(sum(last_answered), 0) as integer) as found, coalesce(sum(answered * last / n::double), 0) as expected,
        coalesce(sum(answered * (n - answered) * last / n::double * (n - last) / n / (n - 1)) filter (where n > 1), 0) as variance
    from counted
),

tenth as (
    select cast(greatest(ceil(answered / 4), 1) as integer) as number, count(*) as answers from wait where answered is not null group by all
)

select t.number, coalesce(a.answers, 0) as answers, test.found, test.expected, test.variance
from (select unnest(range(1, 21)) as number) as t
cross join test
left join tenth as a on a.number = t.number
order by t.number
