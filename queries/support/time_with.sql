-- says: elapsed hours that offered leads spent in each stage, by the side that had them; of the records of response_time
-- A stage that is not over yet is a long wait, not a missing row: it ranks above every one that is over, as in response_time (METRICS section 4).
-- With marketing a lead is from its person's first inquiry (of that lead) until it is handed over, and after a rejection until it is again.
-- The stage from an acceptance to a deal ends with the deal that was there before it at once.
{record},

moment as (
    select
        r.handoff_id, r.outcome, r.first_response_at, r.decided_at, r.handed_at,
        case when r.is_recycled_in then r.decided_before when r.inquired_at <= r.handed_at then r.inquired_at end as began_at,
        r.deal_created_at, r.is_deal_closed, r.deal_closed_at
    from record as r
),

stage as (
    select 1 as place, 'marketing' as stage, began_at as starts_at, handed_at as ends_at from moment
    union all
    select 2, 'response', handed_at, first_response_at from moment
    union all
    select 3, 'decision', first_response_at, decided_at from moment
    union all
    select 4, 'deal', decided_at, deal_created_at from moment where outcome = 'accepted'
    union all
    select 5, 'close', deal_created_at, case when is_deal_closed then deal_closed_at end from moment where deal_created_at is not null
),

timed as (
    select
        place, stage,
        case when ends_at is not null then greatest(epoch(ends_at) - epoch(starts_at), 0) / 3600.0 end as hours,
        (epoch($as_of::timestamp) - epoch(starts_at)) / 3600.0 as so_far
    from stage
    where starts_at is not null
),

listed as (
    select
        place, stage, count(*) as n, count(hours) as over,
        quantile_cont(accord_wait(hours), [0.5, 0.9]) as hours,
        max(so_far) filter (where hours is null) as longest
    from timed
    group by all
)

select
    stage, n, n - over as still,
    case when accord_is_open(hours[1]) then longest else hours[1] end as value, accord_is_open(hours[1]) as value_over,
    case when accord_is_open(hours[2]) then longest else hours[2] end as p90, accord_is_open(hours[2]) as p90_over
from listed
order by place
