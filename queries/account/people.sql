-- says: the people of an account, the most recently touched first
select
    p.person_id, p.name, p.title, p.persona,
    count(t.touch_id) filter (where t.side = 'marketing') as marketing_touches,
    count(t.touch_id) filter (where t.side = 'sales') as sales_touches,
    max(t.occurred_at) as last_touch_at
from person as p
left join touch as t on t.person_id = p.person_id
where p.account_id = $account_id
group by all
order by last_touch_at desc nulls last, p.name, p.person_id
