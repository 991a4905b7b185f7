-- says: Costs by day, the newest first
select paid_on, side, what, for_what, round(amount, 2) as amount
from record
order by paid_on desc, side, what, for_what, amount
