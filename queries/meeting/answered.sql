-- says: by sales team, the leads of a period that an answer was due for, how many came late, and how many never; counts the records of response_sla
select
    sales_team as team,
    count(*) as due,
    count(*) filter (where first_response_at is not null and not is_within_sla) as late,
    count(*) filter (where first_response_at is null) as unanswered
from record
where is_sla_due
group by sales_team
order by late + unanswered desc, due desc, sales_team
