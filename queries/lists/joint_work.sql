-- says: What was done together, the newest first
select done_on, kind, marketing_member, sales_member, account_id, account_name, campaign, note
from record
order by done_on desc, kind, account_name, account_id, marketing_member, sales_member, campaign, note
