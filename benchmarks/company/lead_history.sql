-- Status changes; owner changes twice, once with ids and once with names, as Salesforce logs them. n is one of ten for each lead.
with step as (
    select i, 0 as n, handed as t, 'Status' as field, 'Text' as data_type, 'New' as old_value, 'MQL' as new_value, marketer(i, 49) as actor from lead_fact
    union all by name
    select i, 1 as n, handed as t, 'Owner' as field, 'EntityId' as data_type, '00GQk0000000001IAA' as old_value, id('005', owner) as new_value, marketer(i, 49) as actor from lead_fact
    union all by name
    select i, 2 as n, handed as t, 'Owner' as field, 'Text' as data_type, 'Inbound queue' as old_value, first_name(owner) || ' ' || last_name(owner) as new_value,
        marketer(i, 49) as actor from lead_fact
    union all by name
    select i, 3 as n, passed_on as t, 'Owner' as field, 'EntityId' as data_type, id('005', owner) as old_value, id('005', next_owner) as new_value, owner as actor
    from lead_fact where handed is not null
    union all by name
    select i, 4 as n, worked as t, 'Status' as field, 'Text' as data_type, 'MQL' as old_value, 'Working' as new_value, owner as actor from lead_fact
    union all by name
    select i, 5 as n, decided as t, 'Status' as field, 'Text' as data_type, case when worked is null then 'MQL' else 'Working' end as old_value, verdict as new_value,
        owner as actor from lead_fact
    union all by name
    select i, 6 as n, handed_again as t, 'Status' as field, 'Text' as data_type, 'Nurture' as old_value, 'MQL' as new_value, marketer(i, 49) as actor from lead_fact
    union all by name
    select i, 7 as n, decided_again as t, 'Status' as field, 'Text' as data_type, 'MQL' as old_value, verdict_again as new_value, owner as actor from lead_fact
    union all by name
    select i, 8 as n, converted as t, 'Status' as field, 'Text' as data_type, 'Accepted' as old_value, 'Qualified' as new_value, owner as actor from lead_fact
)

select id('017', 10 * i + n) as id, case when r(10 * i + n, 55) > 0.00001 then id('00Q', i) end as lead_id, field, data_type, old_value, new_value,
    id('005', actor) as created_by_id, instant(t) as created_date, false as is_deleted, instant(synced(t, 0, 10 * i + n)) as _fivetran_synced
from step
where t is not null and synced(t, 0, 10 * i + n) > since() and synced(t, 0, 10 * i + n) <= as_of()
order by t, i, n
