-- title: Score calibration
-- says: Of the scored leads handed over in the period, in tenths from the lowest score to the highest, the share that sales accepted; a
--     score that works rises from left to right.
-- formula: acceptance rate, and won / handoffs, by tenth of the score
-- owner: marketing
-- unit: rate
-- better: up
-- order: 23
-- records: handoff
-- needs: lead_event
-- dims: week month quarter segment region industry tier channel source campaign persona marketing_team sales_team owner decile
-- dims_part: decile
with scored as (
    select
        handoff.*,
        10 * (rank() over (order by handoff.score) - 1) // count(*) over () + 1 as decile
    from (from {handoff by handed_on} where score is not null and {filters.whole}) as handoff
),

record as (
    select * from scored where {filters.part}
)

-- answer
select
    {by}
    count(*) as handoffs,
    count(*) filter (where not is_implied and is_mature) as n,
    count(*) filter (where not is_implied and is_mature and is_accepted_in_window) as k,
    count(*) filter (where not is_implied and not is_mature) as waiting,
    accord_share(count(*) filter (where is_deal_won), count(*)) as won_rate
from record
group by all
