-- grain: one row for each lead or contact record, with what joins it to others of the same person
-- The label of a contact sorts before that of a lead, so that a person is named after its contact.
with record as (
    select
        'l:' || l.id as label,
        l.id as record_id,
        l.converted_contact_id as link_id,
        lower(l.email) as email
    from raw.lead as l
    union all
    select
        'c:' || c.id as label,
        c.id as record_id,
        c.id as link_id,
        lower(c.email) as email
    from raw.contact as c
)
select r.record_id, r.link_id, r.email, r.label from record as r
