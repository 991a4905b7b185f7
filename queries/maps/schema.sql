-- The maps: how a company's own words map to the scorecard's. Files of this folder are the defaults that ship;
-- a file of the same name in ACCORD_MAPS replaces its default whole. Comments are read as in
-- queries/sources/canonical/schema.sql; one_of=A|B lists the values that can be.

create table lead_status (status varchar not null, stage varchar);
comment on column lead_status.stage is 'one_of=inquiry|handed_off|working|accepted|qualified|rejected|recycled';

create table channel (source varchar not null, channel varchar);

create table team (role varchar not null, team varchar, side varchar);
comment on column team.side is 'one_of=marketing|sales';

create table segment (employees_from bigint not null, segment varchar not null);

create table persona (title_contains varchar not null, persona varchar);

create table tier (account_id varchar not null, tier varchar not null);
comment on column tier.tier is 'one_of=major|standard';

create table target (metric varchar not null, month date not null, team varchar, segment varchar, value double not null);

create table team_cost (month date not null, team varchar not null, amount decimal(20, 4) not null);

create table fx (currency varchar not null, from_date date not null, rate decimal(18, 8) not null);

create table fields (source varchar not null, "table" varchar not null, field varchar not null, "column" varchar not null);

create table joint_work (
    done_on date not null,
    kind varchar not null,
    marketing_member varchar,
    sales_member varchar,
    account_id varchar,
    campaign_id varchar,
    note varchar
);
comment on column joint_work.kind is 'one_of=ride_along|joint_content|joint_meeting|persona_workshop';

-- Hours in which sales works, one row for each weekday that it does; without rows every hour counts. For response time and SLA.
create table business_hours (weekday varchar primary key, opens time not null, closes time not null);
comment on column business_hours.weekday is 'one_of=monday|tuesday|wednesday|thursday|friday|saturday|sunday';

create table holiday (day date primary key, name varchar);
