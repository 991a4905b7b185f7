-- rule: colleagues, whom only a row of one's part can name; nothing lists them
select * replace (accord_colleague(name, coalesce(sales_team, marketing_team)) as name)
from scorecard.member
