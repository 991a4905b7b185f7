-- says: the range in which weeks that are not ripe yet will land, from how earlier weeks ripened
-- Each lead not decided at $at counts by its chance, as that of earlier leads of the same age and state turned out (an empirical
-- completion curve of $ages ages). How far such a forecast was off is measured by making it for each of the earlier ripe weeks
-- as it stood at the same age; the range is the forecast and the middle 80 % of those errors, scaled by the square root of n
-- (split conformal prediction: Lei, G'Sell, Rinaldo, Tibshirani, Wasserman 2018, "Distribution-free predictive inference for
-- regression", Journal of the American Statistical Association 113). Only what was known at $at is used, so that a test can
-- stand in the past.
-- $rates, each with its own window and first day: acceptance_rate (of offered leads), qualification_rate (of accepted ones), won_rate (of all
-- handed over)
with asked as (
    select unnest($rates::varchar[]) as rate, unnest($windows_s::bigint[]) as window_s, unnest($rates_from::date[]) as from_day
),

unit as (
    select
        q.rate, q.window_s, r.week, epoch(r.handed_at) as started,
        epoch(case when q.rate <> 'qualification_rate' then r.handed_at when r.outcome = 'accepted' then r.decided_at end) as based,
        epoch(case
            when q.rate = 'acceptance_rate' then case when r.is_accepted_in_window then r.decided_at end
            when q.rate = 'qualification_rate' then
                case when r.outcome = 'accepted' and r.opportunity_id is not null then greatest(r.decided_at, r.deal_created_at) end
            when r.is_deal_won and epoch(r.deal_closed_at) <= epoch(r.handed_at) + q.window_s then r.deal_closed_at
        end) as done,
        epoch(case when r.outcome = 'rejected' then r.decided_at when q.rate = 'won_rate' and r.is_deal_closed and not r.is_deal_won then r.deal_closed_at end) as failed
    from (from {handoff by handed_on} where {filters}) as r
    inner join asked as q on r.handed_on >= q.from_day and not (q.rate = 'acceptance_rate' and r.is_implied)
    where r.handed_at <= $at
),

cohort as (
    select u.rate, u.week, max(u.started) + any_value(u.window_s) <= epoch($at::timestamp) as is_ripe from unit as u group by u.rate, u.week
),

ripe as (
    select c.rate, c.week from cohort as c where c.is_ripe qualify row_number() over (partition by c.rate order by c.week desc) <= $most_weeks
),

-- Every ripe lead as it stood in the middle of each age. Leads alike in the ages at which they are settled and begin to count are reckoned together.
old as (
    select
        u.rate,
        cast(least(
            $ages,
            coalesce(ceil((u.done - u.started) * $ages / u.window_s - 0.5), $ages),
            coalesce(ceil((u.failed - u.started) * $ages / u.window_s - 0.5), $ages)
        ) as integer) as settled_at,
        cast(least($ages, coalesce(ceil((u.based - u.started) * $ages / u.window_s - 0.5), $ages)) as integer) as based_at,
        coalesce(u.based <= epoch($at::timestamp), false) as counts,
        coalesce(u.done <= epoch($at::timestamp), false) as succeeds,
        count(*) as leads
    from unit as u
    inner join ripe on ripe.rate = u.rate and ripe.week = u.week
    group by all
),

aged as (
    select o.rate, unnest(range(o.settled_at)) as age, o.based_at, o.counts, o.succeeds, o.leads from old as o
),

curve as (
    select
        a.rate, a.age, a.age >= a.based_at as is_based,
        coalesce(sum(a.leads) filter (where a.counts), 0) / sum(a.leads) as counts,
        coalesce(sum(a.leads) filter (where a.succeeds), 0) / sum(a.leads) as succeeds
    from aged as a
    group by all
),

-- Each week that is not ripe as it stands, and each ripe week as it stood when it was as old.
moment as (
    select c.rate, c.week as target, c.week, epoch($at::timestamp) as at_s from cohort as c where not c.is_ripe
    union all
    select c.rate, c.week, ripe.week, epoch(ripe.week::timestamp) + epoch($at::timestamp) - epoch(c.week::timestamp)
    from cohort as c
    inner join ripe on ripe.rate = c.rate
    where not c.is_ripe
),

seen as (
    select
        m.rate, m.target, m.week, u.counts_at_last, u.succeeds_at_last,
        coalesce(u.done <= m.at_s, false) as is_done,
        coalesce(u.failed <= m.at_s, false) as is_failed,
        coalesce(u.based <= m.at_s, false) as is_based,
        cast(floor((m.at_s - u.started) * $ages / u.window_s) as integer) as age
    from moment as m
    inner join (
        select
            *, cast(coalesce(based <= epoch($at::timestamp), false) as integer) as counts_at_last,
            cast(coalesce(done <= epoch($at::timestamp), false) as integer) as succeeds_at_last
        from unit
    ) as u on u.rate = m.rate and u.week = m.week and u.started <= m.at_s
),

-- Added up as decimals, as the last digit of a sum of doubles depends on the order of its rows.
forecast as (
    select
        s.rate, s.target, s.week,
        sum(s.counts_at_last) as n_at_last, sum(s.succeeds_at_last) as k_at_last,
        count(*) filter (where s.is_done) as k,
        count(*) filter (where s.is_based) as n,
        count(*) filter (where not s.is_done and not s.is_failed and s.age < $ages) as waiting,
        count(*) filter (where not s.is_done and not s.is_failed and not s.is_based and s.age < $ages) as not_based,
        cast(sum(cast(case when s.is_done then 1.0 when s.is_failed then 0.0 else coalesce(c.succeeds, 0.0) end as decimal(18, 9))) as double) as k_hat,
        cast(sum(cast(case when s.is_based then 1.0 when s.is_failed then 0.0 else coalesce(c.counts, 0.0) end as decimal(18, 9))) as double) as n_hat
    from seen as s
    left join curve as c on c.rate = s.rate and c.age = s.age and c.is_based = s.is_based
    group by s.rate, s.target, s.week
),

error as (
    select
        f.rate, f.target, (f.k_at_last / f.n_at_last - f.k_hat / f.n_hat) * sqrt(f.n_hat) as size,
        row_number() over (partition by f.rate, f.target order by (f.k_at_last / f.n_at_last - f.k_hat / f.n_hat) * sqrt(f.n_hat)) as place,
        count(*) over (partition by f.rate, f.target) as weeks
    from forecast as f
    where f.week <> f.target and f.n_at_last > 0 and f.n_hat > 0
),

-- The order statistics between which a new error falls with the chance asked for, if it is as the earlier ones were.
edge as (
    select
        e.rate, e.target, any_value(e.weeks) as weeks,
        max(e.size) filter (where e.place = floor(round((e.weeks + 1) * (1 - $share) / 2, 9))) as low,
        max(e.size) filter (where e.place = ceil(round((e.weeks + 1) * (1 + $share) / 2, 9))) as high
    from error as e
    group by e.rate, e.target
)

select
    f.rate, f.target as week, accord_share(f.k, f.n) as so_far, f.n, f.waiting, f.k_hat / nullif(f.n_hat, 0) as expected,
    case when e.low is not null then greatest(f.k_hat / f.n_hat + e.low / sqrt(f.n_hat), accord_share(f.k, f.n + f.not_based)) end as low,
    case when e.high is not null then least(f.k_hat / f.n_hat + e.high / sqrt(f.n_hat), accord_share(f.k + f.waiting, f.n + f.not_based)) end as high,
    coalesce(e.weeks, 0) as weeks
from forecast as f
left join edge as e on e.rate = f.rate and e.target = f.target
where f.week = f.target and f.n_hat > 0
order by f.rate, f.target
