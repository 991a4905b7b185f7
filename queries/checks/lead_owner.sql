-- says: leads whose owner is not among the users
select l.lead_id as offender
from lead as l
left join member as m on m.member_id = l.owner_id
where l.owner_id is not null and m.member_id is null and exists (select 1 from member)
