-- grain: one row for each interaction with a person who is in the data
-- order: person_id, occurred_at, touch_id
-- by: person_id
select
    t.touch_id, t.person_id, coalesce(p.account_id, t.account_id) as account_id, t.occurred_at,
    lower(trim(t.side)) as side, h.label as channel, t.kind, t.campaign_id, coalesce(c.name, t.campaign_id) as campaign,
    coalesce(c.marketing_team, m.marketing_team) as marketing_team,
    t.owner_id, t._origin,
    case when p.person_id is null then 'person' when lower(trim(t.side)) not in ('marketing', 'sales') then 'side' end as _fault_column,
    case when p.person_id is null then t.person_id else t.side end as _fault_value,
    case
        when t.person_id is null then 'names no person'
        when p.person_id is null then 'is deleted or not in the extract'
        when lower(trim(t.side)) not in ('marketing', 'sales') then 'is neither marketing nor sales'
    end as _fault
from conformed.touch as t
left join person as p on p.person_id = t.person_id
left join member as m on m.member_id = t.owner_id
left join campaign as c on c.campaign_id = t.campaign_id
left join label as h on h.kind = 'channel' and h.key = lower(trim(t.channel))
