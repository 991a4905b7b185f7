-- says: win rate of deals closed in a period whose account had joint work before the close, and of the others
with first_work as (
    select account_id, min(done_on) as done_on from joint_work where account_id is not null group by account_id
),

counted as (
    select
        coalesce(w.done_on <= d.closed_on, false) as had_joint_work,
        count(*) as n,
        count(*) filter (where d.is_won) as k
    from (
        from deal
        inner join calendar on calendar.day = deal.closed_on
        where is_closed and closed_on >= $from_day and closed_on < $to_day and {filters}
    ) as d
    left join first_work as w on w.account_id = d.account_id
    group by all
)

select had_joint_work, accord_share(k, n) as value, n, accord_wilson_low(k, n) as low, accord_wilson_high(k, n) as high
from counted
order by had_joint_work
