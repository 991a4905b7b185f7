select id('00v', i) as id, id('701', case when r(i, 40) < 0.0001 then 999999999 else campaign_met(u, i, 41) end) as campaign_id,
    case when is_lead then id('00Q', recent(leads(), u, i, 44)) end as lead_id, case when not is_lead then id('003', contact_met(u, i, 44)) end as contact_id,
    case when has_responded then pick(i, 46, 1.0, ['Attended', 'Clicked', 'Downloaded', 'Responded', 'Visited']) else 'Sent' end as status, has_responded,
    case when has_responded then day_of(case when why = 'corrected' then created - 86400 else created end) end as first_responded_date,
    r(i, 92) < 0.0005 or coalesce(why = 'deleted', false) as is_deleted, case when coalesce(why, '') <> 'faulty' then instant(created) end as created_date, instant(created) as last_modified_date,
    instant(synced_at) as _fivetran_synced
from (
    select *, case when why is null then synced(created, u, i) else as_of() end as synced_at
    from (
        select i, why, i / members() as u, moment(i / members(), i, 10) as created, r(i, 47) < 0.62 as is_lead, r(i, 48) < 0.83 as has_responded
        from chosen('members')
    )
)
