-- rule: money spent belongs to no part of the company, so it is shown with the whole alone
select *
from scorecard.team_cost
where accord_is_whole()
