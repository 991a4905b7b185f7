-- says: Leads handed over, newest first
select
    lead_id, account_id, name, title, company, segment, region, industry, channel, source, campaign, persona, handed_at, outcome, decided_at,
    case when outcome = 'rejected' then coalesce(reason, 'no reason given') end as reason,
    first_response_at, round(response_hours, 1) as response_hours, age_days, is_implied, is_recycled_in, score,
    marketing_team, sales_team, owner, opportunity_id
from record
order by handed_at desc, lead_id
