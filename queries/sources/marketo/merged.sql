-- grain: one row for each lead and each merge it was part of, with the label that all leads merged into one share
-- repeat: merge
-- Starts as a copy of `merge` and is asked again of its own last result until no label changes: a lead may be merged into one
-- that is itself merged into another later.
with by_lead as (
    select m.lead_id, min(m.label) as label from merged as m group by m.lead_id
),

by_group as (
    select m.group_id, min(m.label) as label from merged as m group by m.group_id
)

select m.lead_id, m.group_id, least(m.label, l.label, g.label) as label
from merged as m
inner join by_lead as l on l.lead_id = m.lead_id
inner join by_group as g on g.group_id = m.group_id
