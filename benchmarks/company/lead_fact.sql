-- One row for each lead that there ever is: its story, times in seconds; what is later than as_of has not happened yet.
create table lead_fact as
with drawn as (
    select i, i / leads() as u, moment(i / leads(), i, 10) as created, segment_no(i, 15) as segment, region_no(i, 17) as region,
        cast(floor(10 * pow(r(i, 20), 1.5)) as integer) as source_no, r(i, 21) as quality,
        i = candidate(i // 5) and r(i // 5, 4) < 0.62 + 0.06 * segment_no(i, 15) as is_qualified
    from range(cast(ceil(leads() * part_before(day0() + 86400 * 1160)) as bigint)) as t(i)
),

handed as (
    select *, case when is_qualified or r(i, 22) < 0.34 + 0.02 * source_no + 0.15 * quality then created + 600 + days(20 * pow(r(i, 23), 3)) end as handed
    from drawn
),

judged as (
    select *, case when r(i, 24) < 0.95 or is_qualified then handed + 300 + days(3 * pow(r(i, 25), 2)) end as worked,
        case when r(i, 26) < 0.96 or is_qualified then handed + 900 + days(3 * pow(r(i, 25), 2)) + days(10 * pow(r(i, 27), 2)) end as decided,
        case when is_qualified or r(i, 28) < 0.34 + 0.05 * segment + 0.4 * quality - 0.012 * source_no then 'Accepted'
            when r(i, 29) < 0.72 then 'Rejected' else 'Nurture' end as verdict
    from handed
)

select *,
    case when is_qualified then decided + 3600 + days(40 * pow(r(i, 30), 2)) end as converted,
    case when verdict = 'Nurture' and r(i, 31) < 0.3 then decided + days(20 + 60 * r(i, 32)) end as handed_again,
    case when verdict = 'Nurture' and r(i, 31) < 0.3 then decided + days(21 + 70 * r(i, 32)) end as decided_again,
    case when r(i, 33) < 0.55 then 'Accepted' else 'Rejected' end as verdict_again,
    seller(i, 34, segment, region) as owner,
    case when r(i, 37) < 0.08 then handed + days(0.5) end as passed_on,
    seller(i, 38, segment, region) as next_owner
from judged
