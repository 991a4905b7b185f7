-- says: acceptance of leads answered within the SLA, and of those that were not (late or never); of the records of acceptance_rate
{record}

select coalesce(is_within_sla, false) as is_in_time, count(*) as n, count(*) filter (where is_accepted_in_window) as k
from record
where is_mature and is_sla_due
group by all
order by is_in_time
