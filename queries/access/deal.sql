-- rule: deals of one's segments, of one's teams, or touched by one's marketing teams
select
    * replace (
        accord_customer(name) as name, accord_customer(account_name) as account_name,
        accord_colleague(owner, coalesce(sales_team, own_marketing_team)) as owner
    )
from scorecard.deal
where accord_in_part(segment, sales_team, marketing_team) or accord_in_part(null, null, own_marketing_team)
    or opportunity_id in (select opportunity_id from touched_deal)
