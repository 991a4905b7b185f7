-- grain: one row for each handoff, with all that the metrics count by, and its deal and first inquiry
-- order: date_trunc('month', handed_on), segment, region, channel, industry, handed_on, handoff_id
-- plain: handoff_id, next_handoff_id, opportunity_id, lead_id, account_id, person_id
-- Within a month what is filtered on most lies together, so that a filter passes over most blocks of a period. Ids are nearly all different: put
-- into a dictionary they are smaller, but to look at one is to read the dictionary.
-- Made anew in each build, as what is mature, due or overdue changes with its moment, and the rest (handoff_base) does not. It is no view,
-- as planning one was two thirds of a page's usual question.
select
    h.handoff_id, h.lead_id, h.person_id, h.account_id, h.name, h.title, h.company,
    h.handed_at, h.handed_on, h.is_implied, h.is_recycled_in, h.next_handed_at, h.next_handoff_id, h.decided_before,
    h.outcome, h.decision, h.decided_at, h.reason, h.first_response_at, h.opportunity_id,
    h.segment, h.region, h.industry, h.tier, h.channel, h.source, h.campaign, h.persona,
    h.marketing_team, h.sales_team, h.owner, h.owner_id, h.score,
    h.handed_at <= g.as_of - g.acceptance_window_days * interval 1 day as is_mature,
    h.is_accepted_in_window,
    h.response_hours, cast(n.as_of_worked_s - h.handed_worked_s as double) / 3600.0 as waited_hours,
    h.is_within_sla,
    h.response_hours is not null or cast(n.as_of_worked_s - h.handed_worked_s as double) / 3600.0 > g.response_sla_hours as is_sla_due,
    cast(n.as_of_worked_s - h.handed_worked_s as double) / 3600.0 > g.response_sla_hours as is_overdue,
    h.handed_at <= g.as_of - g.conversion_window_days * interval 1 day as is_conversion_mature,
    h.decided_at <= g.as_of - g.worked_window_days * interval 1 day as is_worked_due,
    h.is_worked,
    cast(floor(cast(n.as_of_s - h.handed_s as double) / 3600.0 / 24.0) as integer) as age_days,
    i.inquired_at, d.created_at as deal_created_at, d.closed_at as deal_closed_at, d.amount as deal_amount,
    coalesce(d.is_closed, false) as is_deal_closed, coalesce(d.is_won, false) as is_deal_won
from handoff_base as h
cross join setting as g
cross join by_now as n
left join inquiry as i on i.lead_id = h.lead_id
left join deal as d on d.opportunity_id = h.opportunity_id
