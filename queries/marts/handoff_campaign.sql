-- grain: one row for each handoff with a marketing touch at or before it: the campaign of the last such touch
-- publish: no
with touched as (
    select
        h.handoff_id, t.campaign_id,
        row_number() over (partition by h.handoff_id order by t.occurred_at desc, t.touch_id desc) as place
    from handoff_decided as h
    inner join touch_base as t on t.person_id = h.person_id and t.side = 'marketing' and t.occurred_at <= h.handed_at
)

select t.handoff_id, t.campaign_id
from touched as t
where t.place = 1
