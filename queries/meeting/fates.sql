-- says: what became so far of the leads of a period, by channel and campaign; counts the records of lead_volume
select
    channel, campaign,
    count(*) as handed_over,
    count(*) filter (where is_implied) as implied,
    count(*) filter (where outcome = 'accepted') as accepted,
    count(*) filter (where outcome = 'rejected') as rejected,
    count(*) filter (where outcome = 'undecided') as waiting,
    count(*) filter (where first_response_at is null and is_overdue) as waiting_overdue
from record
group by channel, campaign
order by channel, campaign
