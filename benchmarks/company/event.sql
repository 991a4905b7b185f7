select id('00U', i) as id, id('003', contact) as who_id, id('001', account_met(contact)) as account_id,
    id('005', case when r(i, 41) < 0.04 then marketer(i, 42) else seller(i, 42, segment_no(contact, 15), region_no(contact, 17)) end) as owner_id,
    pick(i, 45, 1.2, ['Product demo', 'Discovery call', 'Executive briefing', 'Proposal review', 'On-site visit']) as subject, 'Meeting' as type, 'Event' as event_subtype,
    day_of(starts) as activity_date, instant(starts) as activity_date_time, instant(starts) as start_date_time, instant(starts + 1800) as end_date_time,
    r(i, 46) < 0.02 as is_child, false as is_group_event, r(i, 47) < 0.005 as is_recurrence, r(i, 92) < 0.0005 or coalesce(why = 'deleted', false) as is_deleted,
    instant(created) as created_date, instant(created) as last_modified_date, instant(synced_at) as _fivetran_synced
from (
    select *, created + days(10 * pow(r(i, 48), 3)) as starts, case when why is null then synced(created, u, i) else as_of() end as synced_at
    from (select i, why, i / events() as u, moment(i / events(), i, 115) as created, contact_met(i / events(), i, 49) as contact from chosen('events'))
)
