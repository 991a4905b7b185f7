-- rule: leads of one's segments or handled by one's teams; of their deals what one may see of deals
select
    * exclude (is_deal_seen) replace (
        accord_customer(name) as name, accord_customer(title) as title, accord_customer(company) as company,
        accord_colleague(owner, sales_team) as owner, accord_colleague(owner_id, sales_team) as owner_id,
        case when is_deal_seen then deal_created_at end as deal_created_at, case when is_deal_seen then deal_closed_at end as deal_closed_at,
        case when is_deal_seen then deal_amount end as deal_amount, is_deal_seen and is_deal_closed as is_deal_closed,
        is_deal_seen and is_deal_won as is_deal_won
    )
from (select *, coalesce(opportunity_id in (select opportunity_id from deal), false) as is_deal_seen from scorecard.handoff)
where accord_in_part(segment, sales_team, marketing_team)
