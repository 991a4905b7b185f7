-- grain: one row for each opportunity, with all that the metrics count by
-- order: closed_on, opportunity_id
-- by: opportunity_id
-- plain: opportunity_id, account_id
-- One persona for each deal, so that the parts add up: that of its handoff, else that of its people.
with influence as (
    select t.opportunity_id, count(*) as touches
    from deal_touch_base as t
    where t.side = 'marketing'
    group by t.opportunity_id
)

select
    o.opportunity_id, o.account_id, o.name, a.name as account_name, o.created_at, accord_local_day(o.created_at) as created_on,
    o.closed_at, accord_local_day(o.closed_at) as closed_on, o.stage, o.is_won, o.is_closed, o.amount, o.currency, o.own_amount,
    a.segment, a.region, a.industry, a.tier, c.label as channel, s.label as source, m.sales_team, m.marketing_team as own_marketing_team,
    case when m.member_id is not null then m.name when n.members = 0 then o.owner_id end as owner,
    d.handoff_id, h.campaign, h.marketing_team,
    case when d.handoff_id is not null then h.persona else p.persona end as persona,
    coalesce(i.touches, 0) as marketing_touches,
    i.opportunity_id is not null as is_influenced,
    d.handoff_id is not null as is_sourced
from opportunity as o
cross join (select count(*) as members from member as m) as n
left join account as a on a.account_id = o.account_id
left join member as m on m.member_id = o.owner_id
left join handoff_opportunity as d on d.opportunity_id = o.opportunity_id
left join handoff_base as h on h.handoff_id = d.handoff_id
left join deal_persona as p on p.opportunity_id = o.opportunity_id
left join influence as i on i.opportunity_id = o.opportunity_id
left join label as c on c.kind = 'channel' and c.key = lower(trim(o.channel))
left join label as s on s.kind = 'source' and s.key = lower(trim(o.source))
