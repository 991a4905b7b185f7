-- says: Deals, the largest first
select
    opportunity_id, account_id, name, account_name, stage, round(amount, 2) as amount, created_on, closed_on, is_won, is_closed,
    is_sourced, is_influenced, marketing_touches, segment, region, industry, tier, persona, source, sales_team, owner
from {once}
order by record.amount desc nulls last, opportunity_id
