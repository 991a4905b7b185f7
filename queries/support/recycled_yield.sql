-- says: what became so far of rejected leads: handed over again, accepted then, with an opportunity, won; and of those decided long enough ago
--     the same as rates with their intervals; of the records of rejection_reasons
-- A rejection is followed by at most one handoff of its lead, and that one by no other rejection, so no deal counts twice.
{record},

numbered as (
    select
        handoff_id, outcome, opportunity_id,
        lag(handoff_id) over (partition by lead_id order by length(handoff_id), handoff_id) as after_handoff_id
    from {handoff}
    where lead_id in (select lead_id from record)
),

followed as (
    select
        r.decided_at + $window_days * interval 1 day <= $as_of as is_old_enough,
        n.handoff_id is not null as is_back, coalesce(n.outcome = 'accepted', false) as is_accepted, n.opportunity_id is not null as is_deal,
        coalesce(d.is_won, false) as is_won, case when d.is_won then d.amount end as revenue
    from record as r
    left join numbered as n on n.after_handoff_id = r.handoff_id
    left join deal as d on d.opportunity_id = n.opportunity_id
),

step as (
    select 1 as place, 'rejected' as step, true as is_there, * from followed
    union all
    select 2, 'back', is_back, * from followed
    union all
    select 3, 'accepted', is_accepted, * from followed
    union all
    select 4, 'deal', is_deal, * from followed
    union all
    select 5, 'won', is_won, * from followed
),

counted as (
    select
        place, step, count(*) filter (where is_there) as leads, count(*) filter (where is_old_enough) as n,
        count(*) filter (where is_old_enough and is_there) as k,
        cast(coalesce(sum(revenue) filter (where is_there), 0) as double) as revenue
    from step
    group by all
)

select step, leads, n, k, revenue
from counted
order by place
