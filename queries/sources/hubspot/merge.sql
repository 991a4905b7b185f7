-- grain: one row for each contact and each merge it was part of
-- The label of a contact that lives and was merged into none sorts first, so that what was merged is named after it.
with listed as (
    select c.id as kept_id, unnest(string_split(c.property_hs_merged_object_ids, ';')) as contact_id
    from raw.contact as c
    where c.property_hs_merged_object_ids is not null
),

pair as (
    select trim(l.contact_id) as contact_id, l.kept_id from listed as l where trim(l.contact_id) not in ('', l.kept_id)
    union
    select a.vid_to_merge as contact_id, a.canonical_vid as kept_id
    from raw.contact_merge_audit as a
    where a.vid_to_merge <> a.canonical_vid
),

gone as (
    select distinct p.contact_id from pair as p
)

select
    c.id as contact_id, c.id as group_id,
    case when g.contact_id is null then '0:' else '1:' end || c.id as label
from raw.contact as c
left join gone as g on g.contact_id = c.id
union all
select p.contact_id, p.kept_id as group_id, '2:' || p.contact_id as label
from pair as p
