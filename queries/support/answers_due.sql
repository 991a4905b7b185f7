-- says: what became of the promise to answer: the leads offered, each in one part of four; of the records of response_sla
{record}

select
    {by}
    count(*) as offered,
    count(*) filter (where is_sla_due and is_within_sla) as in_time,
    count(*) filter (where response_hours is not null and not is_within_sla) as late,
    count(*) filter (where response_hours is null and is_sla_due) as overdue,
    count(*) filter (where not is_sla_due) as not_due
from record
group by all
