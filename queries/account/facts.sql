-- says: one account: who it is, who owns it, what it is worth
select
    a.account_id, a.name, a.segment, a.region, a.industry, a.tier, m.name as owner, m.sales_team, coalesce(m.is_active, false) as is_owner_active,
    (select coalesce(sum(d.amount), 0)::double from deal as d where d.account_id = a.account_id and d.is_won) as won_amount,
    (select count(*) from deal as d where d.account_id = a.account_id and d.is_won) as deals_won,
    (select coalesce(sum(d.amount), 0)::double from deal as d where d.account_id = a.account_id and not d.is_closed) as open_amount,
    (select count(*) from deal as d where d.account_id = a.account_id and not d.is_closed) as open_deals,
    (select list(f.reason order by f.reason) from forgotten_account as f where f.account_id = a.account_id) as forgotten
from account as a
left join member as m on m.member_id = a.owner_id
where a.account_id = $account_id
