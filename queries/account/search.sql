-- says: accounts by a part of their name, those with open deals first
select
    a.account_id, a.name, a.segment, a.region, a.tier, m.name as owner,
    coalesce(sum(d.amount) filter (where not d.is_closed), 0)::double as open_amount,
    coalesce(sum(d.amount) filter (where d.is_won), 0)::double as won_amount
from account as a
left join member as m on m.member_id = a.owner_id
left join deal as d on d.account_id = a.account_id
where $words = '' or contains(lower(a.name), lower($words)) or a.account_id = $words
group by all
order by open_amount desc, won_amount desc, a.name, a.account_id
limit $most
