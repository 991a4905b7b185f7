-- says: who of each side had a part in the deals won in a period, the largest part first: a touch, a handover, joint work at the account
--     and owning the deal count one each; of the records of revenue
select opportunity_id, side, name, count(*) as times
from (
    select r.opportunity_id, t.side, m.name
    from record as r
    inner join deal_touch as t on t.opportunity_id = r.opportunity_id
    left join campaign as c on c.campaign_id = t.campaign_id
    inner join member as m
        on m.member_id = case when t.side = 'marketing' then coalesce(c.owner_id, t.owner_id) else t.owner_id end and m.side = t.side
    union all
    select r.opportunity_id, 'marketing', m.name
    from record as r
    inner join handoff as h on h.handoff_id = r.handoff_id and not h.is_implied
    inner join campaign as c on c.name = h.campaign
    inner join member as m on m.member_id = c.owner_id and m.side = 'marketing'
    union all
    select r.opportunity_id, 'sales', h.owner
    from record as r
    inner join handoff as h on h.handoff_id = r.handoff_id
    union all
    select r.opportunity_id, 'sales', r.owner from record as r
    union all
    select r.opportunity_id, unnest(['marketing', 'sales']), unnest([j.marketing_member, j.sales_member])
    from record as r
    cross join setting as g
    inner join joint_work as j
        on j.account_id = r.account_id and j.done_on between r.created_on - g.influence_window_days * interval 1 day and r.closed_on
) as part
where name is not null
group by opportunity_id, side, name
order by opportunity_id, side, times desc, name
