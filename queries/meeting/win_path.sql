-- says: the turns on the way to each deal won in a period: the first touch by marketing and the last by anybody, the handover and its
--     acceptance, joint work at the account, the deal opened and won; of the records of revenue. A turn has an instant, joint work a day.
select
    r.opportunity_id, t.occurred_at as at, null::date as done_on, t.side, t.channel as detail, t.campaign, m.name as by_whom, null as with_whom,
    case
        when t.side = 'marketing' and row_number() over (partition by r.opportunity_id, t.side order by t.occurred_at, t.touch_id) = 1
            then 'first_touch'
        else 'last_touch'
    end as turn,
    1 as times
from record as r
inner join deal_touch as t on t.opportunity_id = r.opportunity_id
left join campaign as c on c.campaign_id = t.campaign_id
left join member as m on m.member_id = case when t.side = 'marketing' then coalesce(c.owner_id, t.owner_id) else t.owner_id end
qualify turn = 'first_touch' or row_number() over (partition by r.opportunity_id order by t.occurred_at desc, t.touch_id desc) = 1
union all
select r.opportunity_id, h.handed_at, null, 'marketing', null, h.campaign, m.name, null, 'handed_over', 1
from record as r
inner join handoff as h on h.handoff_id = r.handoff_id and not h.is_implied and h.handed_at <= r.closed_at
left join campaign as c on c.name = h.campaign
left join member as m on m.member_id = c.owner_id
union all
select r.opportunity_id, h.decided_at, null, 'sales', null, null, h.owner, null, case when h.is_implied then 'taken' else 'accepted' end, 1
from record as r
inner join handoff as h on h.handoff_id = r.handoff_id and h.decided_at <= r.closed_at
union all
select r.opportunity_id, r.created_at, null, 'sales', null, null, r.owner, null, 'opened', 1
from record as r
union all
select
    r.opportunity_id, null, max(j.done_on), 'both', max_by(j.kind, (j.done_on, j.kind)), null,
    max_by(j.marketing_member, (j.done_on, j.kind)), max_by(j.sales_member, (j.done_on, j.kind)), 'joint_work', count(*)
from record as r
cross join setting as g
inner join joint_work as j
    on j.account_id = r.account_id and j.done_on between r.created_on - g.influence_window_days * interval 1 day and r.closed_on
group by r.opportunity_id
union all
select r.opportunity_id, r.closed_at, null, 'both', null, null, r.owner, null, 'won', 1
from record as r
