-- grain: one row for each person of an opportunity: those it names, and that of its handoff
-- publish: no
select p.opportunity_id, p.person_id from conformed.opportunity_person as p
union
select d.opportunity_id, h.person_id
from handoff_opportunity as d
inner join handoff_decided as h on h.handoff_id = d.handoff_id
