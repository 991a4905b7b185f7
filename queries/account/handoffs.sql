-- says: leads of an account that were handed over, the newest first
select
    name, title, persona, channel, campaign, handed_at, outcome, decided_at,
    case when outcome = 'rejected' then coalesce(reason, 'no reason given') end as reason, response_hours, age_days, owner
from handoff
where account_id = $account_id
order by handed_at desc, handoff_id
