-- The public Olist marketplace data (leads, closed deals, and the items their sellers went on to sell).
create table olist_marketing_qualified_leads_dataset (
    mql_id varchar primary key,
    first_contact_date date not null,
    origin varchar
);
comment on table olist_marketing_qualified_leads_dataset is 'required: the leads';

create table olist_closed_deals_dataset (
    mql_id varchar primary key,
    seller_id varchar not null,
    sr_id varchar,
    won_date timestamp not null,
    business_segment varchar
);
comment on table olist_closed_deals_dataset is 'required: the leads that were won';

create table closed_seller_order_items (
    order_id varchar not null,
    seller_id varchar not null,
    shipping_limit_date timestamp,
    price decimal(20, 4) not null
);
comment on table closed_seller_order_items is 'optional: without it won deals have no amount';
comment on column closed_seller_order_items.shipping_limit_date is 'ahead=yes';
