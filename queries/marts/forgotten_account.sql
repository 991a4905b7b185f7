-- grain: one row for each major account and reason to call it forgotten at `as_of`
-- order: reason, account_id
with sides as (
    select
        t.account_id,
        count(*) filter (where t.side = 'marketing') as marketing_touches,
        count(*) filter (where t.side = 'sales') as sales_touches
    from touch_base as t
    cross join setting as g
    where t.occurred_at >= g.as_of - interval 30 day and t.occurred_at <= g.as_of
    group by t.account_id
),

open_deal as (
    select d.opportunity_id, d.account_id, d.amount, max(t.occurred_at) as touched_at
    from deal as d
    left join deal_touch_base as t on t.opportunity_id = d.opportunity_id
    where not d.is_closed
    group by d.opportunity_id, d.account_id, d.amount
),

found as (
    select a.account_id, 'no active owner' as reason
    from account as a
    left join member as m on m.member_id = a.owner_id
    where m.member_id is null or not m.is_active
    union
    select h.account_id, 'undecided lead past the SLA' as reason
    from handoff as h
    where h.outcome = 'undecided' and h.is_overdue
    union
    select s.account_id, 'marketing touches, no sales touch in 30 days' as reason
    from sides as s
    where s.marketing_touches > 0 and s.sales_touches = 0
    union
    select d.account_id, 'open deal without a touch in 30 days' as reason
    from open_deal as d
    cross join setting as g
    where d.touched_at is null or d.touched_at < g.as_of - interval 30 day
)

select
    f.account_id, a.name as account_name, f.reason, a.segment, a.region, a.industry, a.tier, m.name as owner, m.sales_team,
    coalesce(m.is_active, false) as is_owner_active,
    (select count(*) from open_deal as d where d.account_id = f.account_id) as open_deals,
    (select cast(coalesce(sum(d.amount), 0) as decimal(38, 10)) from open_deal as d where d.account_id = f.account_id) as open_amount
from found as f
inner join account as a on a.account_id = f.account_id
left join member as m on m.member_id = a.owner_id
where a.tier = 'major'
