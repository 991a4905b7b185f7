-- grain: one row for each handoff: working time up to it, and working hours from it until the first response
-- publish: no
-- Working time up to an instant is that of the days before, and of its own day what lies between its opening and the instant.
with moment as (
    select h.handoff_id, 'handed' as what, h.handed_at as at from handoff_decided as h
    union all
    select r.handoff_id, 'answered' as what, r.first_response_at as at from handoff_response as r
),

worked as (
    select
        m.handoff_id, m.what,
        b.seconds_before + greatest(0, least(b.seconds, accord_seconds(b.opens_at, m.at))) as seconds
    from moment as m
    inner join business_day as b on b.day = accord_local_day(m.at)
)

select
    h.handoff_id, h.seconds as handed_worked_s,
    cast(a.seconds - h.seconds as double) / 3600.0 as response_hours
from worked as h
left join worked as a on a.handoff_id = h.handoff_id and a.what = 'answered'
where h.what = 'handed'
