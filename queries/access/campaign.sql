-- rule: campaigns of one's marketing teams, and those that led to a lead or a deal of one's part
select *
from scorecard.campaign
where accord_in_part(null, null, marketing_team)
    or name in (select campaign from handoff)
    or campaign_id in (select campaign_id from deal_touch)
