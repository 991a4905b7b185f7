-- says: what became so far of rejected leads: handed over again, accepted then, with an opportunity, won; and of those decided long enough ago
--     the same as rates with their intervals; of the records of rejection_reasons
-- A rejection is followed by at most one handoff of its lead, and that one by no other rejection, so no deal counts twice.
{record},

followed as (
    select
        r.decided_at + $window_days * interval 1 day <= $as_of as is_old_enough,
        n.handoff_id is not null as is_back, coalesce(n.outcome = 'accepted', false) as is_accepted, n.opportunity_id is not null as is_deal,
        coalesce(n.is_deal_won, false) as is_won, case when n.is_deal_won then n.deal_amount end as revenue
    from record as r
    left join (from {handoff} where is_recycled_in and handed_on >= $from_day) as n on n.handoff_id = r.next_handoff_id
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
