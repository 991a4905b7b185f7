-- grain: one row for each handoff, with all that the metrics count by and that does not depend on the moment of the build
-- order: handed_on, handoff_id
-- by: lead_id
select
    h.handoff_id, h.lead_id, l.person_id, l.account_id, l.name, l.title, l.company,
    h.handed_at, accord_local_day(h.handed_at) as handed_on, h.is_implied, h.is_recycled_in, h.next_handed_at, h.next_handoff_id, h.decided_before,
    h.outcome, h.decision, h.decided_at, h.reason, r.first_response_at, d.opportunity_id,
    l.segment, l.region, l.industry, l.tier, l.channel, l.source, coalesce(c.name, k.campaign_id) as campaign, l.persona,
    coalesce(c.marketing_team, a.marketing_team) as marketing_team, m.sales_team,
    case when m.member_id is not null then m.name when n.members = 0 then o.owner_id end as owner, o.owner_id, l.score,
    h.outcome = 'accepted' and h.decided_at <= h.handed_at + g.acceptance_window_days * interval 1 day as is_accepted_in_window,
    t.response_hours, t.response_hours <= g.response_sla_hours as is_within_sla,
    w.handoff_id is not null as is_worked,
    accord_seconds(timestamp '1990-01-01 00:00:00', h.handed_at) as handed_s, t.handed_worked_s
from handoff_decided as h
inner join lead as l on l.lead_id = h.lead_id
inner join handoff_wait as t on t.handoff_id = h.handoff_id
inner join handoff_owner as o on o.handoff_id = h.handoff_id
cross join setting as g
cross join (select count(*) as members from member as m) as n
left join handoff_response as r on r.handoff_id = h.handoff_id
left join handoff_opportunity as d on d.handoff_id = h.handoff_id
left join handoff_campaign as k on k.handoff_id = h.handoff_id
left join campaign as c on c.campaign_id = k.campaign_id
left join handoff_worked as w on w.handoff_id = h.handoff_id
left join member as m on m.member_id = o.owner_id
left join member as a on a.member_id = h.actor_id
