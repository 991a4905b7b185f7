-- grain: one row for each interaction with a person who is in the data; what its campaign and owner add is joined when it is read
-- order: person_id
-- by: person_id
-- plain: touch_id
select
    t.touch_id, t.person_id, coalesce(p.account_id, t.account_id) as account_id, t.occurred_at,
    lower(trim(t.side)) as side, h.label as channel, t.kind, t.campaign_id, t.owner_id, t._origin,
    case when p.person_id is null then 'person' when lower(trim(t.side)) not in ('marketing', 'sales') then 'side' end as _fault_column,
    case when p.person_id is null then t.person_id else t.side end as _fault_value,
    case
        when t.person_id is null then 'names no person'
        when p.person_id is null then 'is deleted or not in the extract'
        when lower(trim(t.side)) not in ('marketing', 'sales') then 'is neither marketing nor sales'
    end as _fault
from conformed.touch as t
left join person as p on p.person_id = t.person_id
left join label as h on h.kind = 'channel' and h.key = lower(trim(t.channel))
