-- says: Deals, the largest first
-- At the mark stand the records, or the deals of them where a metric has a deal for each of its touches (DEALS_ONCE in app/metrics/questions.py).
select
    opportunity_id, account_id, name, account_name, stage, round(amount, 2) as amount, created_on, closed_on, is_won, is_closed,
    is_sourced, is_influenced, marketing_touches, segment, region, industry, tier, persona, source, sales_team, owner
from {once}
order by record.amount desc nulls last, opportunity_id
