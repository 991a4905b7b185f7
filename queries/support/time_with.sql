-- says: elapsed hours that offered leads spent in each stage, by the side that had them; of the records of response_time
-- A stage that is not over yet is a long wait, not a missing row: it ranks above every one that is over, as in response_time (METRICS section 4).
-- With marketing a lead is from its person's first inquiry (of that lead) until it is handed over, and after a rejection until it is again.
-- The stage from an acceptance to a deal ends with the deal that was there before it at once.
{record},

before as (
    select
        handoff_id, is_recycled_in,
        lag(decided_at) over (partition by lead_id order by length(handoff_id), handoff_id) as decided_before
    from {handoff}
    where lead_id in (select lead_id from record)
),

moment as (
    select
        r.handoff_id, r.outcome, r.first_response_at, r.decided_at, r.handed_at,
        case when b.is_recycled_in then b.decided_before when i.inquired_at <= r.handed_at then i.inquired_at end as began_at,
        d.opportunity_id, d.created_at, d.is_closed, d.closed_at
    from record as r
    inner join before as b on b.handoff_id = r.handoff_id
    left join inquiry as i on i.lead_id = r.lead_id
    left join deal as d on d.opportunity_id = r.opportunity_id
),

stage as (
    select 1 as place, 'marketing' as stage, began_at as starts_at, handed_at as ends_at from moment
    union all
    select 2, 'response', handed_at, first_response_at from moment
    union all
    select 3, 'decision', first_response_at, decided_at from moment
    union all
    select 4, 'deal', decided_at, created_at from moment where outcome = 'accepted'
    union all
    select 5, 'close', created_at, case when is_closed then closed_at end from moment where opportunity_id is not null
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
