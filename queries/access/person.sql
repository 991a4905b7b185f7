-- rule: people of one's own accounts, and those whose lead or inquiry is in one's part
select *
from scorecard.person
where accord_sees_records()
    and (
        accord_is_whole()
        or account_id in (select account_id from known_account where is_own)
        or person_id in (select person_id from handoff)
        or person_id in (select person_id from inquiry)
    )
