-- says: leads that count otherwise than published, as they are now; of one that is gone from its week, the lead's newest handoff
select
    m.record_id, m.moved, m.said, m.now, h.name, h.title, h.company, h.account_id, h.channel, h.campaign, h.owner,
    h.handed_at, h.outcome, h.decided_at, case when h.outcome = 'rejected' then coalesce(h.reason, 'no reason given') end as reason
from ({moved}) as m
left join counted as c on c.record_id = m.record_id and c.nth = m.nth
left join (select lead_id, arg_max(handoff_id, handed_at) as handoff_id from handoff group by lead_id) as l on l.lead_id = m.record_id
left join handoff as h on h.handoff_id = coalesce(c.row_id, l.handoff_id)
where m.metric = $metric and m.week = $from_day
order by m.moved, h.handed_at, m.record_id, m.nth
