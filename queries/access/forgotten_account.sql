-- rule: accounts of one's part, with one's own deals there
select
    f.* replace (
        accord_customer(f.account_name) as account_name, accord_colleague(f.owner, f.sales_team) as owner,
        (select count(*) from deal as d where d.account_id = f.account_id and not d.is_closed) as open_deals,
        (select cast(coalesce(sum(d.amount), 0) as decimal(38, 10)) from deal as d where d.account_id = f.account_id and not d.is_closed) as open_amount
    )
from scorecard.forgotten_account as f
where accord_in_part(f.segment, f.sales_team, null)
