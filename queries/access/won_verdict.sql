-- rule: what belongs to a deal of one's part
select *
from scorecard.won_verdict
where accord_is_whole() or opportunity_id in (select opportunity_id from deal)
