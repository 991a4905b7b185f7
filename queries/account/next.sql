-- says: what waits to be done for an account, and by whom: undecided leads, and open deals by expected close
select 'Decide on ' || h.name as what, h.owner as who, h.handed_on as due_on, h.waited_hours as waited_hours
from handoff as h
where h.account_id = $account_id and h.outcome = 'undecided'
union all
select 'Close ' || d.name, d.owner, d.closed_on, null
from deal as d
where d.account_id = $account_id and not d.is_closed
order by due_on, what
