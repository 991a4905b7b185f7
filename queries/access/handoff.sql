-- rule: leads of one's segments or handled by one's teams
select
    * replace (
        accord_customer(name) as name, accord_customer(title) as title, accord_customer(company) as company,
        accord_colleague(owner, sales_team) as owner, accord_colleague(owner_id, sales_team) as owner_id
    )
from scorecard.handoff
where accord_in_part(segment, sales_team, marketing_team)
