-- The person that the deal began with, and often one or both of the account's others.
select id('00K', 4 * i + n) as id, id('006', i) as opportunity_id,
    id('003', case n when 0 then first_deal_contact() + i else 2 * account + n - 1 end) as contact_id,
    pick(4 * i + n, 6, 1.0, ['Economic Buyer', 'Decision Maker', 'Evaluator', 'Executive Sponsor', 'Influencer', 'Business User']) as role, n = 0 as is_primary,
    false as is_deleted, instant(created) as created_date, instant(created) as last_modified_date, instant(synced_at) as _fivetran_synced
from (
    select f.i, f.account, f.created, n, synced(f.created, f.u, f.i) as synced_at
    from deal_fact as f cross join range(3) as t(n)
    where r(f.i, 60 + n) < [0.93, 0.55, 0.35][1 + n]
)
