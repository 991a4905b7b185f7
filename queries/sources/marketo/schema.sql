-- Raw Marketo tables as Fivetran writes them. Comments are read as in queries/sources/canonical/schema.sql. Marketo lies beside
-- a CRM: people are joined to the CRM's by e-mail. A table without a comment is one that many lack: nothing is off.

create table lead (
    id varchar primary key,
    created_at timestamp,
    email varchar,
    first_name varchar,
    last_name varchar,
    title varchar,
    sfdc_lead_id varchar,
    handed_off_at timestamp,
    accepted_at timestamp,
    rejected_at timestamp,
    recycled_at timestamp,
    reason varchar,
    persona varchar
);
comment on table lead is 'required: its e-mails are what joins activities to people';
comment on column lead.accepted_at is 'day=end';
comment on column lead.rejected_at is 'day=end';
comment on column lead.recycled_at is 'day=end';

create table program (
    id varchar primary key,
    name varchar,
    channel varchar,
    sfdc_id varchar
);
comment on table program is 'optional: without it touches of Marketo have no campaign, and the channel of their kind alone';

create table campaign (
    id varchar primary key,
    program_id varchar
);
comment on table campaign is 'optional: without it clicks belong to no program';

create table activity_fill_out_form (
    id varchar primary key,
    lead_id varchar not null,
    activity_date timestamp not null,
    campaign_id varchar,
    primary_attribute_value varchar
);
comment on table activity_fill_out_form is 'optional: without it forms filled in are unknown';

create table activity_click_email (
    id varchar primary key,
    lead_id varchar not null,
    activity_date timestamp not null,
    campaign_id varchar,
    campaign_run_id varchar,
    primary_attribute_value varchar,
    primary_attribute_value_id varchar
);
comment on table activity_click_email is 'optional: without it clicks in marketing mails are unknown';

create table activity_change_status_in_progression (
    id varchar primary key,
    lead_id varchar not null,
    activity_date timestamp not null,
    campaign_id varchar,
    primary_attribute_value_id varchar,
    success boolean
);
comment on table activity_change_status_in_progression is 'optional: without it success in a program, such as a webinar attended, is unknown';

create table activity_interesting_moment (
    id varchar primary key,
    lead_id varchar not null,
    activity_date timestamp not null,
    campaign_id varchar
);

create table activity_merge_leads (
    id varchar primary key,
    lead_id varchar not null,
    merge_ids varchar
);

create table activity_delete_lead (
    id varchar primary key,
    lead_id varchar not null
);
