-- says: deals of an account, open ones first
select
    opportunity_id, name, stage, amount::double as amount, created_on, closed_on, is_won, is_closed, owner, marketing_touches, is_sourced
from deal
where account_id = $account_id
order by is_closed, closed_on desc, opportunity_id
