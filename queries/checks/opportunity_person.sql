-- says: people of opportunities who are not in the extract
select p.opportunity_id as offender
from conformed.opportunity_person as p
left join person as h on h.person_id = p.person_id
where h.person_id is null
