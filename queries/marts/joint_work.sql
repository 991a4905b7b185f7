-- grain: one row for each activity that marketing and sales did together
-- order: done_on, kind
with named as (
    select lower(m.name) as name_key, min(m.name) as name from member as m group by lower(m.name)
)

select
    w.done_on, w.kind, coalesce(m.name, mn.name, w.marketing_member) as marketing_member, coalesce(s.name, sn.name, w.sales_member) as sales_member,
    w.account_id, coalesce(a.name, w.account_id) as account_name, coalesce(c.name, w.campaign_id) as campaign, w.note
from map.joint_work as w
left join member as m on m.member_id = w.marketing_member
left join member as s on s.member_id = w.sales_member
left join named as mn on mn.name_key = lower(w.marketing_member)  -- people write names, not ids
left join named as sn on sn.name_key = lower(w.sales_member)
left join account as a on a.account_id = w.account_id
left join campaign as c on c.campaign_id = w.campaign_id
