-- grain: one row for each lead or contact record, with the label that all records of its person share
-- repeat: record
-- Starts as a copy of `record` and is asked again of its own last result until no label changes: records that share an
-- e-mail, or a contact they were converted into, take the smallest label among them (connected components).
with by_email as (
    select p.email, min(p.label) as label from person_of as p where p.email is not null group by p.email
),

by_link as (
    select p.link_id, min(p.label) as label from person_of as p where p.link_id is not null group by p.link_id
)

select
    p.record_id,
    p.link_id,
    p.email,
    least(p.label, coalesce(e.label, p.label), coalesce(k.label, p.label)) as label
from person_of as p
left join by_email as e on e.email = p.email
left join by_link as k on k.link_id = p.link_id
