-- Raw HubSpot tables as Fivetran writes them; a property may come with or without the prefix property_. Comments are read
-- as in queries/sources/canonical/schema.sql. A table without a comment is one that most accounts lack: nothing is off.
-- Tables that declare `_fivetran_deleted` or `_fivetran_active` are read with the rows that these mark, which else are left out.

create table contact (
    id varchar primary key,
    property_createdate timestamp not null,
    property_email varchar,
    property_hs_additional_emails varchar,
    property_firstname varchar,
    property_lastname varchar,
    property_jobtitle varchar,
    property_company varchar,
    property_associatedcompanyid varchar,
    property_lifecyclestage varchar,
    property_hs_lead_status varchar,
    property_hubspot_owner_id varchar,
    property_hs_analytics_source varchar,
    property_industry varchar,
    property_country varchar,
    property_hubspotscore double,
    property_hs_merged_object_ids varchar,
    handed_off_at timestamp,
    accepted_at timestamp,
    rejected_at timestamp,
    recycled_at timestamp,
    reason varchar,
    persona varchar,
    segment varchar,
    region varchar
);
comment on table contact is 'required: contacts are what marketing hands to sales';
comment on column contact.property_createdate is 'field=created_at; or=createdate';
comment on column contact.property_email is 'field=email; or=email; ties=email';
comment on column contact.property_hs_additional_emails is 'or=hs_additional_emails; ties=email; lists=semicolon';
comment on column contact.property_firstname is 'or=firstname';
comment on column contact.property_lastname is 'or=lastname';
comment on column contact.property_jobtitle is 'field=title; or=jobtitle';
comment on column contact.property_company is 'field=company; or=company; names=account';
comment on column contact.property_associatedcompanyid is 'field=account_id; or=associatedcompanyid; names=account';
comment on column contact.property_lifecyclestage is 'or=lifecyclestage';
comment on column contact.property_hs_lead_status is 'or=hs_lead_status';
comment on column contact.property_hubspot_owner_id is 'field=owner_id; or=hubspot_owner_id';
comment on column contact.property_hs_analytics_source is 'field=source; or=hs_analytics_source';
comment on column contact.property_industry is 'field=industry; or=industry';
comment on column contact.property_country is 'or=country';
comment on column contact.property_hubspotscore is 'field=score; or=hubspotscore';
comment on column contact.property_hs_merged_object_ids is 'or=hs_merged_object_ids; ties=person; lists=semicolon';
comment on column contact.accepted_at is 'day=end';
comment on column contact.rejected_at is 'day=end';
comment on column contact.recycled_at is 'day=end';
comment on column contact.id is 'ties=person';

-- A log: its superseded values are its point.
create table contact_property_history (
    contact_id varchar not null,
    name varchar not null,
    value varchar,
    "timestamp" timestamp not null,
    source varchar,
    source_id varchar,
    _fivetran_active boolean
);
comment on table contact_property_history is 'optional: without it stages come from the current lifecycle stage and lead status, as if a contact had had them from its creation, so most handoffs and all rejections are unknown';
comment on column contact_property_history.contact_id is 'ties=person';

create table contact_merge_audit (
    canonical_vid varchar not null,
    vid_to_merge varchar not null
);
comment on column contact_merge_audit.canonical_vid is 'ties=person';
comment on column contact_merge_audit.vid_to_merge is 'ties=person';

create table company (
    id varchar primary key,
    property_name varchar,
    property_industry varchar,
    property_country varchar,
    property_numberofemployees double,
    property_hubspot_owner_id varchar,
    segment varchar,
    region varchar,
    tier varchar
);
comment on table company is 'optional: without it deals have no segment, region or industry, and there are no major accounts';
comment on column company.property_name is 'field=name; or=name';
comment on column company.property_industry is 'field=industry; or=industry';
comment on column company.property_country is 'or=country';
comment on column company.property_numberofemployees is 'or=numberofemployees';
comment on column company.property_hubspot_owner_id is 'field=owner_id; or=hubspot_owner_id';
comment on column company.id is 'names=account';

create table deal (
    deal_id varchar primary key,
    property_createdate timestamp not null,
    property_dealname varchar,
    property_amount decimal(20, 4),
    property_deal_currency_code varchar,
    property_closedate timestamp,
    deal_pipeline_stage_id varchar,
    owner_id varchar,
    property_hs_analytics_source varchar,
    account_id varchar,
    expected_close timestamp
);
comment on table deal is 'optional: without it HubSpot has no pipeline, revenue or influence';
comment on column deal.property_createdate is 'field=created_at; or=createdate';
comment on column deal.property_dealname is 'field=name; or=dealname';
comment on column deal.property_amount is 'field=amount; or=amount';
comment on column deal.property_deal_currency_code is 'field=currency; or=deal_currency_code';
comment on column deal.property_closedate is 'field=closed_at; or=closedate; day=end; ahead=yes';
comment on column deal.deal_pipeline_stage_id is 'field=stage; or=dealstage';
comment on column deal.owner_id is 'or=property_hubspot_owner_id';
comment on column deal.property_hs_analytics_source is 'field=source; or=hs_analytics_source';
comment on column deal.account_id is 'mapped=only; names=account';
comment on column deal.expected_close is 'day=end; ahead=yes';
comment on column deal.deal_id is 'ties=opportunity';

-- A deal stays won in a stage that was deleted since.
create table deal_pipeline_stage (
    stage_id varchar primary key,
    label varchar,
    closed_won boolean,
    is_closed boolean,
    probability double,
    _fivetran_deleted boolean
);
comment on table deal_pipeline_stage is 'optional: without it only deals in the stages closedwon and closedlost of the default pipeline are known to be closed';

create table deal_contact (
    deal_id varchar not null,
    contact_id varchar not null
);
comment on table deal_contact is 'optional: without it a deal is influenced through its handoff or its account';
comment on column deal_contact.deal_id is 'ties=opportunity';
comment on column deal_contact.contact_id is 'ties=person';

create table deal_company (
    deal_id varchar not null,
    company_id varchar not null,
    type_id varchar
);
comment on table deal_company is 'optional: without it a deal belongs to the company of its contacts';
comment on column deal_company.deal_id is 'ties=opportunity';
comment on column deal_company.company_id is 'names=account';

create table merged_deal (
    deal_id varchar not null,
    merged_deal_id varchar not null
);
comment on column merged_deal.deal_id is 'ties=opportunity';
comment on column merged_deal.merged_deal_id is 'ties=opportunity';

create table contact_form_submission (
    contact_id varchar not null,
    "timestamp" timestamp not null,
    form_id varchar,
    conversion_id varchar
);
comment on table contact_form_submission is 'optional: without it forms filled in are unknown, which is most of what marketing hears from people';
comment on column contact_form_submission.contact_id is 'ties=person';
comment on column contact_form_submission.conversion_id is 'ties=submission';

create table form (
    guid varchar primary key,
    name varchar
);
comment on table form is 'optional: without it forms show as ids';

create table email_event (
    id varchar primary key,
    created timestamp not null,
    type varchar not null,
    recipient varchar,
    email_campaign_id varchar,
    sent_by_id varchar,
    filtered_event boolean
);
comment on table email_event is 'optional: without it clicks in marketing mails are unknown';
comment on column email_event.recipient is 'ties=email';
comment on column email_event.sent_by_id is 'ties=send';

create table email_campaign (
    id varchar primary key,
    name varchar,
    subject varchar
);
comment on table email_campaign is 'optional: without it mailings show as ids';

create table engagement_contact (
    engagement_id varchar not null,
    contact_id varchar not null
);
comment on table engagement_contact is 'optional: without it calls, mails, meetings and tasks belong to nobody, so responses are known by decisions alone';
comment on column engagement_contact.engagement_id is 'ties=engagement';
comment on column engagement_contact.contact_id is 'ties=person';

create table engagement_call (
    engagement_id varchar primary key,
    property_hs_timestamp timestamp,
    property_hs_createdate timestamp,
    property_hubspot_owner_id varchar
);
comment on table engagement_call is 'optional: without it calls are unknown';
comment on column engagement_call.property_hs_timestamp is 'field=occurred_at';
comment on column engagement_call.property_hubspot_owner_id is 'field=owner_id';
comment on column engagement_call.engagement_id is 'ties=engagement';

create table engagement_email (
    engagement_id varchar primary key,
    property_hs_timestamp timestamp,
    property_hs_createdate timestamp,
    property_hubspot_owner_id varchar,
    property_hs_email_direction varchar
);
comment on table engagement_email is 'optional: without it mails of sales are unknown';
comment on column engagement_email.property_hs_timestamp is 'field=occurred_at';
comment on column engagement_email.property_hubspot_owner_id is 'field=owner_id';
comment on column engagement_email.engagement_id is 'ties=engagement';

create table engagement_meeting (
    engagement_id varchar primary key,
    property_hs_meeting_start_time timestamp,
    property_hs_timestamp timestamp,
    property_hs_createdate timestamp,
    property_hubspot_owner_id varchar
);
comment on table engagement_meeting is 'optional: without it meetings are unknown';
comment on column engagement_meeting.property_hs_meeting_start_time is 'field=occurred_at; or=start_time; ahead=yes';
comment on column engagement_meeting.property_hs_timestamp is 'ahead=yes';
comment on column engagement_meeting.property_hubspot_owner_id is 'field=owner_id';
comment on column engagement_meeting.engagement_id is 'ties=engagement';

create table engagement_task (
    engagement_id varchar primary key,
    property_hs_task_status varchar,
    property_hs_task_type varchar,
    property_hs_task_completion_date timestamp,
    property_hs_timestamp timestamp,
    property_hs_createdate timestamp,
    property_hubspot_owner_id varchar
);
comment on table engagement_task is 'optional: without it tasks are unknown';
comment on column engagement_task.property_hs_task_status is 'or=status';
comment on column engagement_task.property_hs_task_type is 'field=kind; or=task_type';
comment on column engagement_task.property_hs_task_completion_date is 'field=occurred_at; or=completion_date';
comment on column engagement_task.property_hs_timestamp is 'ahead=yes';
comment on column engagement_task.property_hubspot_owner_id is 'field=owner_id';
comment on column engagement_task.engagement_id is 'ties=engagement';

create table engagement_communication (
    engagement_id varchar primary key,
    property_hs_timestamp timestamp,
    property_hs_createdate timestamp,
    property_hubspot_owner_id varchar
);
comment on column engagement_communication.property_hs_timestamp is 'field=occurred_at';
comment on column engagement_communication.property_hubspot_owner_id is 'field=owner_id';
comment on column engagement_communication.engagement_id is 'ties=engagement';

create table owner (
    owner_id varchar primary key,
    email varchar,
    first_name varchar,
    last_name varchar,
    active_user_id varchar,
    user_id_including_inactive varchar,
    is_active boolean
);
comment on table owner is 'optional: without it owners show as ids and there are no teams';

-- A user who left keeps the team and the past.
create table users (
    id varchar primary key,
    email varchar,
    primary_team_id varchar,
    _fivetran_deleted boolean
);
comment on table users is 'optional: without it teams come from team_user and owner_team alone';

create table team (
    id varchar primary key,
    name varchar,
    _fivetran_deleted boolean
);
comment on table team is 'optional: without it there are no teams';

create table team_user (
    team_id varchar not null,
    user_id varchar not null,
    is_secondary_user boolean,
    _fivetran_deleted boolean
);

create table owner_team (
    owner_id varchar not null,
    team_id varchar not null,
    is_team_primary boolean
);
