-- title: Worked after acceptance
-- says: Of the accepted leads handed over in the period, the share that sales touched within {worked_window_days} days of accepting. It
--     keeps the acceptance rate honest.
-- formula: accepted handoffs with a sales touch within the window / accepted at least the window ago
-- owner: sales
-- unit: rate
-- better: up
-- order: 17
-- records: handoff
-- needs: lead_event
-- dims: week month quarter segment region industry tier channel source campaign persona marketing_team sales_team owner
with record as (
    select *
    from handoff
    inner join calendar on calendar.day = handoff.handed_on
    where handed_on >= $from_day and handed_on < $to_day and outcome = 'accepted' and {filters}
),

-- answer
counted as (
    select
        {by}
        count(*) filter (where is_worked_due) as n,
        count(*) filter (where is_worked_due and is_worked) as k,
        count(*) filter (where not is_worked_due) as waiting
    from record
    group by all
)

select * exclude (k), accord_share(k, n) as value, accord_wilson_low(k, n) as low, accord_wilson_high(k, n) as high
from counted
