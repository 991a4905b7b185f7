-- grain: one row for each lead and each merge it was part of
-- The label of a lead that was merged into none sorts first, so that what was merged is named after it. Deleted leads have no
-- row, nor has what was merged into them.
with deleted as (
    select distinct d.lead_id from raw.activity_delete_lead as d
),

listed as (
    select m.lead_id as kept_id, unnest(string_split(translate(m.merge_ids, '[]"', ''), ',')) as lead_id
    from raw.activity_merge_leads as m
    where m.merge_ids is not null
),

pair as (
    select distinct trim(l.lead_id) as lead_id, l.kept_id from listed as l where trim(l.lead_id) not in ('', l.kept_id)
),

gone as (
    select distinct p.lead_id from pair as p
)

select l.id as lead_id, l.id as group_id, case when g.lead_id is null then '0:' else '1:' end || l.id as label
from raw.lead as l
left join gone as g on g.lead_id = l.id
left join deleted as d on d.lead_id = l.id
where d.lead_id is null
union all
select p.lead_id, p.kept_id as group_id, '2:' || p.lead_id as label
from pair as p
