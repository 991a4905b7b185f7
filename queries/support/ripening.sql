-- says: the range in which weeks that are not ripe yet will land, from how earlier weeks ripened
-- Each lead not decided at $at counts by its chance, as that of earlier leads of the same age and state turned out (an empirical
-- completion curve, by ages of $ages_s seconds counted back from the end of the window). How far such a forecast was off is measured by
-- making it for each of the earlier ripe weeks as it stood at the same age; the range is the forecast and the middle 80 % of those errors, scaled by the square root of n
-- (split conformal prediction: Lei, G'Sell, Rinaldo, Tibshirani, Wasserman 2018, "Distribution-free predictive inference for
-- regression", Journal of the American Statistical Association 113). Only what was known at $at is used, so that a test can
-- stand in the past.
-- $rates, each with its own window, length of an age and first day: acceptance_rate (of offered leads), qualification_rate (of accepted ones),
-- won_rate (of all handed over). Weeks and times are counted back from the newest week and from $at, and times in microseconds.
with asked as (
    select r.*, gcd(r.age_us, r.week_us) as step_us, 1000 * r.week_us as past_us
    from (
        select
            unnest($rates::varchar[]) as rate, unnest(range(len($rates::varchar[])))::utinyint as number, unnest($rates_from::date[]) as from_day,
            unnest($windows_s::bigint[]) * 1000000 as window_us, unnest($ages_s::bigint[]) * 1000000 as age_us, 604800000000 as week_us
    ) as r
),

-- How many weeks before $at something came to be (null is not yet), and how many weeks before the newest (`ago`) a lead was handed over. There is no column
-- `week`, as naming one joins the calendar.
lead as (
    select
        r.handed_on, r.is_implied, r.is_accepted_in_window, ($newest_week::date + 6 - r.handed_on) // 7 as ago,
        epoch_us($at::timestamp) - epoch_us(r.handed_at) as handed,
        case when r.decided_at <= $at and r.outcome = 'accepted' then (epoch_us($at::timestamp) - epoch_us(r.decided_at)) // 604800000000 end as accepted,
        case when r.decided_at <= $at and r.outcome = 'rejected' then (epoch_us($at::timestamp) - epoch_us(r.decided_at)) // 604800000000 end as rejected,
        case when r.opportunity_id is not null and r.deal_created_at <= $at then (epoch_us($at::timestamp) - epoch_us(r.deal_created_at)) // 604800000000 end
            as opened,
        case when r.is_deal_closed and r.deal_closed_at <= $at then (epoch_us($at::timestamp) - epoch_us(r.deal_closed_at)) // 604800000000 end as closed,
        r.is_deal_won, epoch_us(r.deal_closed_at) - epoch_us(r.handed_at) as sold_after
    from (from {handoff by handed_on} where {filters}) as r
    where r.handed_at <= $at
),

-- A week is looked at when it is as old as the newest is now, or so many weeks older: at which look each thing is first seen. Leads alike in all of
-- them, and in which of the steps that ages and weeks have in common their window ended (`past`: less than past_us where it has not), are reckoned
-- together; without their rate's name and windows, as every column to group by costs.
alike as (
    select
        q.number, l.ago, (l.handed - q.window_us + q.past_us) // q.step_us * q.step_us as past,
        greatest(0, l.ago - l.handed // q.week_us) as seen,
        case
            when q.rate <> 'qualification_rate' then greatest(0, l.ago - l.handed // q.week_us)
            when l.accepted is not null then greatest(0, l.ago - l.accepted)
        end as based,
        case
            when q.rate = 'acceptance_rate' then case when l.is_accepted_in_window and l.accepted is not null then greatest(0, l.ago - l.accepted) end
            when q.rate = 'qualification_rate' then
                case when l.accepted is not null and l.opened is not null then greatest(0, l.ago - least(l.accepted, l.opened)) end
            when l.is_deal_won and l.sold_after <= q.window_us and l.closed is not null then greatest(0, l.ago - l.closed)
        end as done,
        case
            when l.rejected is not null then greatest(0, l.ago - l.rejected)
            when q.rate = 'won_rate' and not l.is_deal_won and l.closed is not null then greatest(0, l.ago - l.closed)
        end as failed,
        min(l.handed) >= any_value(q.window_us) as is_ripe,
        count(*) as leads
    from lead as l
    inner join asked as q on l.handed_on >= q.from_day and not (q.rate = 'acceptance_rate' and l.is_implied)
    group by all
),

cohort as (
    select a.number, a.ago, bool_and(a.is_ripe) as is_ripe from alike as a group by a.number, a.ago
),

ripe as (
    select c.number, c.ago from cohort as c where c.is_ripe qualify row_number() over (partition by c.number order by c.ago) <= $most_weeks
),

-- Each week that is not ripe as it stands, and each ripe week as it stood when it was as old.
moment as (
    select t.*, (t.number * 1000 + t.target) * 1000 + t.ago as moment, (t.target - t.ago) * q.week_us as later_us, q.age_us, q.past_us
    from (
        select c.number, c.ago as target, c.ago from cohort as c where not c.is_ripe
        union all
        select c.number, c.ago, ripe.ago
        from cohort as c
        inner join ripe on ripe.number = c.number
        where not c.is_ripe
    ) as t
    inner join asked as q on q.number = t.number
),

-- Who waits at a look, by age, and the others (age null); put together at once, as each lead is looked at once for every target.
looked as (
    select
        l.moment, l.is_based, l.age, sum(l.leads) as leads, coalesce(sum(l.leads) filter (where l.counts), 0) as counts,
        coalesce(sum(l.leads) filter (where l.succeeds), 0) as succeeds, coalesce(sum(l.leads) filter (where l.is_done), 0) as done
    from (
        select
            m.moment, a.leads, a.based is not null as counts, a.done is not null as succeeds,
            coalesce(a.based <= m.target, false) as is_based, coalesce(a.done <= m.target, false) as is_done,
            case
                when a.past + m.later_us < m.past_us and not coalesce(a.done <= m.target or a.failed <= m.target, false)
                    then (a.past + m.later_us) // m.age_us
            end as age
        from moment as m
        inner join alike as a on a.number = m.number and a.ago = m.ago and a.seen <= m.target
    ) as l
    group by all
),

curve as (
    select m.number, s.age, s.is_based, sum(s.counts) / sum(s.leads) as counts, sum(s.succeeds) / sum(s.leads) as succeeds
    from looked as s
    inner join moment as m on m.moment = s.moment
    where m.ago <> m.target and s.age is not null
    group by m.number, s.age, s.is_based
),

-- Added up as decimals, as the last digit of a sum of doubles depends on the order of its rows.
forecast as (
    select
        m.number, m.target, m.ago, sum(s.counts) as n_at_last, sum(s.succeeds) as k_at_last, sum(s.done) as k,
        coalesce(sum(s.leads) filter (where s.is_based), 0) as n,
        coalesce(sum(s.leads) filter (where s.age is not null), 0) as waiting,
        coalesce(sum(s.leads) filter (where s.age is not null and not s.is_based), 0) as not_based,
        sum(s.done + s.leads * coalesce(c.succeeds, 0.0)::decimal(12, 9))::double as k_hat,
        sum(s.leads * case when s.is_based then 1.0 else coalesce(c.counts, 0.0) end::decimal(12, 9))::double as n_hat
    from looked as s
    inner join moment as m on m.moment = s.moment
    left join curve as c on c.number = m.number and c.age = s.age and c.is_based = s.is_based
    group by m.number, m.target, m.ago
),

-- How far off each was, and the order statistics between which a new error falls with the chance asked for, if it is as the earlier ones were.
edge as (
    select
        e.number, e.target, len(e.sizes) as weeks, e.sizes[floor(round((len(e.sizes) + 1) * (1 - $share) / 2, 9))::integer] as low,
        e.sizes[ceil(round((len(e.sizes) + 1) * (1 + $share) / 2, 9))::integer] as high
    from (
        select f.number, f.target, list_sort(list((f.k_at_last / f.n_at_last - f.k_hat / f.n_hat) * sqrt(f.n_hat))) as sizes
        from forecast as f
        where f.ago <> f.target and f.n_at_last > 0 and f.n_hat > 0
        group by f.number, f.target
    ) as e
)

select
    q.rate, $newest_week::date - cast(7 * f.target as integer) as first_day, accord_share(f.k, f.n) as so_far, f.n, f.waiting, f.k_hat / nullif(f.n_hat, 0) as expected,
    case when e.low is not null then greatest(f.k_hat / f.n_hat + e.low / sqrt(f.n_hat), accord_share(f.k, f.n + f.not_based)) end as low,
    case when e.high is not null then least(f.k_hat / f.n_hat + e.high / sqrt(f.n_hat), accord_share(f.k + f.waiting, f.n + f.not_based)) end as high,
    coalesce(e.weeks, 0) as weeks
from forecast as f
inner join asked as q on q.number = f.number
left join edge as e on e.number = f.number and e.target = f.target
where f.ago = f.target and f.n_hat > 0
order by q.rate, first_day
