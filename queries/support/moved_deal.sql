-- says: deals that count otherwise than published, as they are now
select
    m.record_id, m.moved, m.said, m.now, round(m.said_amount, 2) as said_amount, round(m.amount, 2) as amount,
    d.name, d.account_name, d.account_id, d.closed_on, d.stage, d.is_won, d.is_influenced, d.owner
from ({moved}) as m
left join deal as d on d.opportunity_id = m.record_id
where m.metric = $metric and m.week = $from_day
order by m.moved, m.amount desc nulls last, m.record_id
