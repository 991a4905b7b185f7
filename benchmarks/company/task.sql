select id('00T', i) as id, case when r(i, 40) < 0.001 then null when is_lead then id('00Q', lead) else id('003', contact) end as who_id,
    case when not is_lead then id('001', account_met(contact)) end as account_id,
    id('005', case when r(i, 41) < 0.02 then marketer(i, 42) else seller(i, 42, segment_no(contact, 15), region_no(contact, 17)) end) as owner_id,
    case kind when 'Call' then case when r(i, 45) < 0.5 then 'Left voicemail' else 'Call: next steps' end when 'Email' then 'Email: recap and next steps' else kind end as subject,
    kind as type, kind as task_subtype, case when is_closed then 'Completed' else 'Open' end as status, is_closed,
    day_of(created) as activity_date, case when is_closed then instant(case when why = 'corrected' then created + 3600 else created end) end as completed_date_time,
    case when kind = 'Call' and r(i, 45) < 0.5 then 'No answer' end as call_disposition, 'Normal' as priority,
    r(i, 92) < 0.0005 or coalesce(why = 'deleted', false) as is_deleted,
    case when coalesce(why, '') <> 'faulty' then instant(created - 600) end as created_date, instant(created) as last_modified_date, instant(synced_at) as _fivetran_synced
from (
    select *, case when why is null then synced(created, u, i) else as_of() end as synced_at, pick(i, 46, 1.4, ['Email', 'Call', 'LinkedIn', 'Task']) as kind
    from (
        select i, why, i / tasks() as u, moment(i / tasks(), i, 100) as created, r(i, 47) < 0.45 as is_lead, r(i, 48) < 0.987 as is_closed,
            recent(leads(), i / tasks(), i, 49) as lead, contact_met(i / tasks(), i, 49) as contact
        from chosen('tasks')
    )
)
