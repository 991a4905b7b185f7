-- Two of each account, and one for each deal, who is the lead that became it.
with met as (
    select c.i, c.why, d.i as deal, d.lead, account_met(c.i) as account, coalesce(d.lead, -1 - c.i) as face,
        coalesce(d.created, raw_moment(c.i // 2 / accounts())) as created
    from chosen('contacts') as c left join deal_fact as d on d.i = c.i - first_deal_contact()
)

select id('003', i) as id, case when r(i, 6) > 0.0005 then id('001', account) end as account_id, first_name(face) as first_name, last_name(face) as last_name,
    first_name(face) || ' ' || last_name(face) as name, title(face) as title, email(face) as email, country(account, 17) as mailing_country,
    id('005', seller(account, 20, segment_no(account, 15), region_no(account, 17))) as owner_id,
    r(i, 92) < 0.0005 or coalesce(why = 'deleted', false) as is_deleted, instant(created) as created_date, instant(created) as last_modified_date, instant(synced_at) as _fivetran_synced
from (select *, case when why is null then synced(created, 0, i) else as_of() end as synced_at from met)
