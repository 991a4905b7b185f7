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
    select * from {handoff by handed_on} where not is_implied and {filters}
)

-- answer
select
    {by}
    count(*) filter (where is_mature) as n,
    count(*) filter (where is_mature and is_accepted_in_window) as k,
    count(*) filter (where not is_mature) as waiting
from record
group by all
