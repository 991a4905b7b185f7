-- says: win rate of deals closed in a period whose account had joint work before the close, and of the others
with first_work as (
    select account_id, min(done_on) as done_on from joint_work where account_id is not null group by account_id
)

select coalesce(w.done_on <= d.closed_on, false) as had_joint_work, count(*) as n, count(*) filter (where d.is_won) as k
from (from {deal by closed_on} where is_closed and {filters}) as d
left join first_work as w on w.account_id = d.account_id
group by all
order by had_joint_work
