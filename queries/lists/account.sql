-- says: Accounts and why they are called forgotten, the largest open amount first
select account_id, account_name, reason, owner, is_owner_active, sales_team, segment, region, industry, open_deals, round(open_amount, 2) as open_amount
from record
order by open_amount desc, account_id, reason
