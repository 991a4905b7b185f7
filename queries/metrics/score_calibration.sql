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
        handoff.*, calendar.week, calendar.month, calendar.quarter,
        coalesce(deal.is_won, false) as is_deal_won,
        10 * (rank() over (order by handoff.score) - 1) // count(*) over () + 1 as decile
    from (
        from handoff
        inner join calendar on calendar.day = handoff.handed_on
        where handed_on >= $from_day and handed_on < $to_day and score is not null and {filters.whole}
    ) as handoff
    inner join calendar on calendar.day = handoff.handed_on
    left join deal on deal.opportunity_id = handoff.opportunity_id
),

record as (
    select * from scored where {filters.part}
),

-- answer
counted as (
    select
        {by}
        count(*) as handoffs,
        count(*) filter (where not is_implied and is_mature) as n,
        count(*) filter (where not is_implied and is_mature and is_accepted_in_window) as k,
        count(*) filter (where not is_implied and not is_mature) as waiting,
        count(*) filter (where is_deal_won) as won
    from record
    group by all
)

select
    * exclude (k, won), accord_share(k, n) as value, accord_wilson_low(k, n) as low, accord_wilson_high(k, n) as high,
    accord_share(won, handoffs) as won_rate
from counted
