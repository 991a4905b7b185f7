-- grain: one row for each contact and each merge it was part of, with the label that all contacts merged into one share
-- repeat: merge
-- Starts as a copy of `merge` and is asked again of its own last result until no label changes: a contact may be merged into
-- one that is itself merged into another later.
with by_contact as (
    select m.contact_id, min(m.label) as label from merged as m group by m.contact_id
),

by_group as (
    select m.group_id, min(m.label) as label from merged as m group by m.group_id
)

select m.contact_id, m.group_id, least(m.label, c.label, g.label) as label
from merged as m
inner join by_contact as c on c.contact_id = m.contact_id
inner join by_group as g on g.group_id = m.group_id
