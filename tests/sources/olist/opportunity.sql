-- from: olist_closed_deals_dataset
with sold as (
    select i.seller_id, sum(i.price) as amount from raw.closed_seller_order_items as i group by i.seller_id
)

select
    d.mql_id as opportunity_id, d.won_date as created_at, d.won_date as closed_at, true as is_won, true as is_closed,
    cast(s.amount as decimal(20, 4)) as amount, d.sr_id as owner_id, l.origin as source, l.origin as channel
from raw.olist_closed_deals_dataset as d
left join raw.olist_marketing_qualified_leads_dataset as l on l.mql_id = d.mql_id
left join sold as s on s.seller_id = d.seller_id
