-- says: everything that happened with an account, the newest first: touches of both sides, handoffs, decisions, deals
with person_of_account as (
    select person_id, name from person where account_id = $account_id
),

told as (
    select
        t.occurred_at, t.side as lane, t.channel as what, p.name as who, t.campaign as detail, m.name as by_whom, t.touch_id as id,
        1 as place
    from touch as t
    inner join person_of_account as p on p.person_id = t.person_id
    left join member as m on m.member_id = t.owner_id
    union all
    select h.handed_at, 'marketing', 'handed over', h.name, h.campaign, h.owner, h.handoff_id, 2
    from handoff as h where h.account_id = $account_id and not h.is_implied
    union all
    select h.decided_at, 'sales', h.outcome, h.name, h.reason, h.owner, h.handoff_id, 3
    from handoff as h where h.account_id = $account_id and h.decided_at is not null
    union all
    select d.created_at, 'deal', 'deal opened', d.name, d.stage, d.owner, d.opportunity_id, 4
    from deal as d where d.account_id = $account_id
    union all
    select d.closed_at, 'deal', case when d.is_won then 'deal won' else 'deal lost' end, d.name, d.stage, d.owner, d.opportunity_id, 5
    from deal as d where d.account_id = $account_id and d.is_closed
    union all
    select j.done_on::timestamp, 'both', replace(j.kind, '_', ' '), j.marketing_member, j.note, j.sales_member, j.kind, 6
    from joint_work as j where j.account_id = $account_id
)

select occurred_at, lane, what, who, detail, by_whom
from told
order by occurred_at desc, place desc, id
