-- title: Acceptance rate
-- says: Of the leads that marketing offered in the period and that are old enough to judge, the share that sales accepted
--     within the acceptance window ({acceptance_window_days} days).
-- formula: accepted within the window / offered and mature
-- owner: joint
-- unit: rate
-- better: up
-- order: 2
-- records: handoff
-- needs: lead_event
-- dims: week month quarter segment region industry tier channel source campaign persona marketing_team sales_team owner
with record as (
    select *
    from handoff
    inner join calendar on calendar.day = handoff.handed_on
    where handed_on >= $from_day and handed_on < $to_day and not is_implied and {filters}
),

-- answer
counted as (
    select
        {by}
        count(*) filter (where is_mature) as n,
        count(*) filter (where is_mature and is_accepted_in_window) as k,
        count(*) filter (where not is_mature) as waiting
    from record
    group by all
)

select * exclude (k), accord_share(k, n) as value, accord_wilson_low(k, n) as low, accord_wilson_high(k, n) as high
from counted
