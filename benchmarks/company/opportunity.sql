select id('006', i) as id, case when r(i, 40) < 0.0003 then id('001', 999999999) when r(i, 40) > 0.0008 then id('001', account) end as account_id,
    last_name(account) || ' ' || account || ' – ' || pick(i, 41, 1.0, ['Planning', 'Platform', 'Expansion', 'Pilot', 'Renewal']) as name,
    case when is_closed then case when is_won then 'Closed Won' else 'Closed Lost' end
        else pick(i, 48, 1.2, ['Discovery', 'Solution review', 'Proposal', 'Negotiation']) end as stage_name,
    case when r(i, 42) < 0.7 then 'New Business' else 'Existing Business' end as type,
    case when r(i, 43) > 0.003 then cast(amount * case when why = 'corrected' then 1.25 else 1 end as double) end as amount,
    case when r(i, 44) < 0.00005 then 'JPY' when region = 1 and r(i, 45) < 0.3 then 'GBP' when region = 1 then 'EUR' else 'USD' end as currency_iso_code,
    cast(case when is_closed then case when is_won then 100 else 0 end else 40 end as double) as probability,
    is_closed, is_closed and is_won as is_won,
    day_of(case when not is_closed and r(i, 46) < 0.1 then (created + closed) // 2 else closed end) as close_date,
    case when lead is null then pick(i, 47, 1.2, ['Outbound', 'Referral', 'Partner']) else ['Paid Search', 'Organic Search', 'Paid Social', 'Webinar',
        'Content Syndication', 'Event', 'Email', 'Partner', 'Outbound', 'Referral'][1 + cast(floor(10 * pow(r(lead, 20), 1.5)) as integer)] end as lead_source,
    id('005', owner) as owner_id, case when is_closed then 'Closed' else 'Pipeline' end as forecast_category_name, is_deleted,
    case when coalesce(why, '') <> 'faulty' then instant(created) end as created_date, instant(modified) as last_modified_date, instant(synced_at) as _fivetran_synced
from (
    select *, case when why is null then synced(modified, u, i) else as_of() end as synced_at, r(i, 92) < 0.001 or coalesce(why = 'deleted', false) as is_deleted
    from (
        select f.* exclude (is_won), c.why, f.is_won, f.closed <= as_of() as is_closed, case when f.closed <= as_of() then f.closed else f.created end as modified
        from chosen('deals') as c inner join deal_fact as f on f.i = c.i
    )
)
