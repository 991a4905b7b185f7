-- rule: what builds published is of the whole company
select *
from scorecard.published_record
where accord_is_whole() and accord_sees_records()
