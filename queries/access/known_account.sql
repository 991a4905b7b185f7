-- rule: is_own: the account itself is of one's part, so all of its people and touches are; else only what belongs to a lead or a deal of it
-- kept: yes
select a.account_id, accord_in_part(a.segment, m.sales_team, m.marketing_team) as is_own
from scorecard.account as a
left join scorecard.member as m on m.member_id = a.owner_id
where not accord_is_whole()
    and (
        accord_in_part(a.segment, m.sales_team, m.marketing_team)
        or a.account_id in (select account_id from handoff)
        or a.account_id in (select account_id from deal)
    )
