-- Fivetran's unified ad report (ad_reporting__campaign_report). It has no currency: spend is in the reporting currency.
create table campaign_report (
    date_day date not null,
    platform varchar,
    campaign_id varchar,
    campaign_name varchar,
    spend decimal(20, 4) not null
);
comment on table campaign_report is 'required: the money that marketing paid to ad platforms, by day and campaign';
