select id('00Q', i) as id, first_name(who) as first_name, last_name(who) as last_name, first_name(who) || ' ' || last_name(who) as name,
    case when why = 'corrected' then 'Chief Operating Officer' else title(who) end as title,
    last_name(i + 7) || ' ' || pick(i, 73, 1.0, ['GmbH', 'Ltd', 'Inc', 'AB', 'SA']) as company,
    case when r(i, 40) > 0.01 then email(who) end as email, country(i, 17) as country, region(i, 17) as region_c,
    industry(i, 41) as industry, employees(i, 15) as number_of_employees,
    case when r(i, 42) < 0.0002 then 'Billboard' else ['Paid Search', 'Organic Search', 'Paid Social', 'Webinar', 'Content Syndication', 'Event', 'Email', 'Partner',
        'Outbound', 'Referral'][1 + source_no] end as lead_source,
    case when converted <= as_of() then 'Qualified' when decided_again <= as_of() then verdict_again when handed_again <= as_of() then 'MQL'
        when decided <= as_of() then verdict when worked <= as_of() then 'Working' when handed <= as_of() then 'MQL'
        when r(i, 43) < 0.35 then 'Engaged' else 'New' end as status,
    case when (decided <= as_of() and verdict <> 'Accepted') or (decided_again <= as_of() and verdict_again <> 'Accepted')
        then pick(i, 44, 1.4, ['No budget', 'Not a fit', 'Bad timing', 'No response', 'Wrong contact', 'Competitor', 'Duplicate', 'Student']) end as rejection_reason_c,
    cast(greatest(1, least(100, 30 + 40 * quality + 40 * bell(i, 45) + case when handed is null then -15 else 10 end)) as bigint) as lead_score_c,
    case when passed_on <= as_of() then id('005', next_owner) when handed <= as_of() then id('005', owner)
        when r(i, 48) < 0.001 then id('005', 999999999) else '00GQk0000000001IAA' end as owner_id,
    coalesce(converted <= as_of(), false) as is_converted,
    case when converted <= as_of() then day_of(converted) end as converted_date,
    case when converted <= as_of() then id('003', first_deal_contact() + i // 5) end as converted_contact_id,
    case when converted <= as_of() then id('001', account_of(i // 5)) end as converted_account_id,
    case when converted <= as_of() then id('006', i // 5) end as converted_opportunity_id,
    is_deleted, id('005', marketer(i, 49)) as created_by_id, case when coalesce(why, '') <> 'faulty' then instant(created) end as created_date, instant(modified) as last_modified_date,
    instant(synced_at) as _fivetran_synced
from (
    select *, r(i, 92) < 0.001 or coalesce(why = 'deleted', false) as is_deleted,
        -- One person in fifty came twice; who became a deal kept the name.
        case when r(i, 50) < 0.02 and not is_qualified then abs(i - 1 - cast(floor(1000 * r(i, 51)) as bigint)) else i end as who,
        case when why is null then synced(modified, u, i) else as_of() end as synced_at
    from (
        select f.*, c.why,
            greatest(f.created, case when handed <= as_of() then handed end, case when passed_on <= as_of() then passed_on end, case when worked <= as_of() then worked end,
                case when decided <= as_of() then decided end, case when handed_again <= as_of() then handed_again end,
                case when decided_again <= as_of() then decided_again end, case when converted <= as_of() then converted end) as modified
        from chosen('leads') as c inner join lead_fact as f on f.i = c.i
    )
)
