-- rule: deals that one's marketing teams touched are theirs too, as revenue influence counts them
-- kept: yes
select distinct opportunity_id
from scorecard.deal_touch
where side = 'marketing' and not accord_is_whole() and accord_in_part(null, null, marketing_team)
