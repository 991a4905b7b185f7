-- Raw Salesforce tables as Fivetran, Airbyte, dlt, Stitch or a CSV export write them: created_date, createddate and
-- CreatedDate are one column. Comments are read as in queries/sources/canonical/schema.sql.

create table lead (
    id varchar primary key,
    created_date timestamp not null,
    status varchar not null,
    owner_id varchar,
    created_by_id varchar,
    name varchar,
    company varchar,
    title varchar,
    email varchar,
    lead_source varchar,
    industry varchar,
    country varchar,
    number_of_employees double,
    is_converted boolean,
    converted_date timestamp,
    converted_account_id varchar,
    converted_contact_id varchar,
    converted_opportunity_id varchar,
    handed_off_at timestamp,
    accepted_at timestamp,
    rejected_at timestamp,
    recycled_at timestamp,
    reason varchar,
    score double,
    persona varchar,
    segment varchar,
    region varchar
);
comment on table lead is 'required: leads are what marketing hands to sales';
comment on column lead.created_date is 'field=created_at';
comment on column lead.converted_date is 'holds=day; day=end';
-- Salesforce has none of these: they are read where fields.csv names a column of the company's own.
comment on column lead.handed_off_at is 'mapped=only';
comment on column lead.accepted_at is 'day=end; mapped=only';
comment on column lead.rejected_at is 'day=end; mapped=only';
comment on column lead.recycled_at is 'day=end; mapped=only';
comment on column lead.reason is 'mapped=only';
comment on column lead.score is 'mapped=only';
comment on column lead.persona is 'mapped=only';
comment on column lead.segment is 'mapped=only';
comment on column lead.region is 'mapped=only';
comment on column lead.lead_source is 'field=source';
comment on column lead.converted_opportunity_id is 'field=opportunity_id; ties=opportunity';
comment on column lead.id is 'ties=person';
comment on column lead.email is 'ties=email';
comment on column lead.converted_contact_id is 'ties=person';
comment on column lead.converted_account_id is 'names=account';
comment on column lead.company is 'names=account';
comment on column lead.owner_id is 'names=member';
comment on column lead.created_by_id is 'names=member';

create table lead_history (
    id varchar primary key,
    lead_id varchar not null,
    field varchar not null,
    old_value varchar,
    new_value varchar,
    created_date timestamp not null,
    created_by_id varchar
);
comment on table lead_history is 'optional: without it stages come from the current status, so most handoffs and all rejections are unknown';
-- A table of that name without these two is a daily copy of lead, not a log of its changes.
comment on column lead_history.old_value is 'or=oldvalue__st; tells=table; names=member';
comment on column lead_history.new_value is 'or=newvalue__st; tells=table; names=member';
comment on column lead_history.lead_id is 'ties=person';
comment on column lead_history.created_by_id is 'names=member';

create table contact (
    id varchar primary key,
    account_id varchar,
    name varchar,
    first_name varchar,
    last_name varchar,
    title varchar,
    email varchar
);
comment on table contact is 'optional: without it people of deals are unknown and converted leads have no account';
comment on column contact.id is 'ties=person';
comment on column contact.email is 'ties=email';
comment on column contact.account_id is 'names=account';

create table account (
    id varchar primary key,
    name varchar,
    industry varchar,
    billing_country varchar,
    number_of_employees double,
    owner_id varchar,
    segment varchar,
    region varchar,
    tier varchar
);
comment on table account is 'optional: without it deals have no segment, region or industry, and there are no major accounts';
comment on column account.segment is 'mapped=only';
comment on column account.region is 'mapped=only';
comment on column account.tier is 'mapped=only';

create table opportunity (
    id varchar primary key,
    account_id varchar,
    name varchar,
    stage_name varchar,
    amount decimal(20, 4),
    currency varchar,
    is_closed boolean,
    is_won boolean,
    created_date timestamp not null,
    close_date timestamp,
    expected_close timestamp,
    owner_id varchar,
    lead_source varchar
);
comment on table opportunity is 'required: opportunities are what leads become, and what revenue is counted from';
comment on column opportunity.created_date is 'field=created_at';
comment on column opportunity.close_date is 'field=closed_at; holds=day; day=end; ahead=yes';
comment on column opportunity.expected_close is 'holds=day; day=end; ahead=yes; mapped=only';
comment on column opportunity.currency is 'or=currency_iso_code';
comment on column opportunity.stage_name is 'field=stage';
comment on column opportunity.lead_source is 'field=source';
comment on column opportunity.id is 'ties=opportunity';
comment on column opportunity.account_id is 'names=account';
comment on column opportunity.owner_id is 'names=member';

create table opportunity_contact_role (
    id varchar primary key,
    opportunity_id varchar not null,
    contact_id varchar not null,
    role varchar,
    is_primary boolean
);
comment on table opportunity_contact_role is 'optional: without it a deal is influenced through its handoff or its account';
comment on column opportunity_contact_role.opportunity_id is 'ties=opportunity';
comment on column opportunity_contact_role.contact_id is 'ties=person';

create table campaign (
    id varchar primary key,
    name varchar,
    type varchar,
    owner_id varchar,
    start_date date,
    end_date date,
    actual_cost decimal(20, 4)
);
comment on table campaign is 'optional: without it campaigns show as ids, and touches have no channel';
comment on column campaign.type is 'field=channel';
comment on column campaign.start_date is 'ahead=yes';
comment on column campaign.end_date is 'ahead=yes';
-- Spend is the ad report's; a campaign's own cost counts where fields.csv maps it: salesforce,campaign,amount,actual_cost
comment on column campaign.actual_cost is 'field=amount; mapped=only';

create table campaign_member (
    id varchar primary key,
    campaign_id varchar not null,
    lead_id varchar,
    contact_id varchar,
    has_responded boolean,
    first_responded_date timestamp,
    created_date timestamp not null
);
comment on table campaign_member is 'optional: without it there are no marketing touches, so no influence';
comment on column campaign_member.first_responded_date is 'field=occurred_at; holds=day';
comment on column campaign_member.lead_id is 'ties=person';
comment on column campaign_member.contact_id is 'ties=person';
comment on column campaign_member.campaign_id is 'names=campaign';

create table task (
    id varchar primary key,
    who_id varchar,
    account_id varchar,
    owner_id varchar,
    subject varchar,
    status varchar,
    type varchar,
    task_subtype varchar,
    is_closed boolean,
    is_recurrence boolean,
    completed_date_time timestamp,
    activity_date timestamp,
    created_date timestamp not null
);
comment on table task is 'optional: without it calls and e-mails of sales are unknown';
comment on column task.completed_date_time is 'field=occurred_at';
comment on column task.activity_date is 'holds=day; ahead=yes';
comment on column task.task_subtype is 'field=kind';
comment on column task.who_id is 'ties=person';
comment on column task.account_id is 'names=account';
comment on column task.owner_id is 'names=member';

create table event (
    id varchar primary key,
    who_id varchar,
    account_id varchar,
    owner_id varchar,
    subject varchar,
    is_child boolean,
    is_recurrence boolean,
    start_date_time timestamp,
    activity_date_time timestamp,
    activity_date timestamp,
    created_date timestamp
);
comment on table event is 'optional: without it meetings are unknown';
comment on column event.start_date_time is 'field=occurred_at; ahead=yes';
comment on column event.activity_date_time is 'ahead=yes';
comment on column event.activity_date is 'holds=day; ahead=yes';
comment on column event.who_id is 'ties=person';
comment on column event.account_id is 'names=account';
comment on column event.owner_id is 'names=member';

create table user (
    id varchar primary key,
    name varchar,
    first_name varchar,
    last_name varchar,
    department varchar,
    user_role_id varchar,
    is_active boolean
);
comment on table user is 'optional: without it owners show as ids and there are no teams';

create table user_role (
    id varchar primary key,
    name varchar
);
comment on table user_role is 'optional: without it teams come from departments alone';
