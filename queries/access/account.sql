-- rule: accounts of one's part: of its segment, owned by its team, or with a lead or a deal of it
select a.*
from scorecard.account as a
where accord_sees_records() and (accord_is_whole() or a.account_id in (select account_id from known_account))
