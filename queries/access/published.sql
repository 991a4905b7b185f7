-- rule: what builds published is of the whole company
select *
from scorecard.published
where accord_is_whole()
