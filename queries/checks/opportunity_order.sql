-- says: opportunities closed before they were created (in revenue, left out of the sales cycle)
select d.opportunity_id as offender
from deal as d
where d.is_closed and d.closed_on < d.created_on
