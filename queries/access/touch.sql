-- rule: touches of the people one may see and on the way to one's deals, and those of one's own teams
select *
from scorecard.touch
where accord_sees_records()
    and (
        accord_is_whole()
        or person_id in (select person_id from person)
        or touch_id in (select touch_id from deal_touch)
        or accord_in_part(null, null, marketing_team)
        or owner_id in (select member_id from scorecard.member where accord_in_part(null, sales_team, marketing_team))
    )
