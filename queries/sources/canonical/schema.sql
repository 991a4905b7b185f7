-- The conformed tables: what every source is turned into, and what a company may supply as it stands
-- in data/extracts/canonical/. The program reads types, keys and comments from here.
--
-- not null       a row without it is quarantined, and a file without the column is refused
-- primary key    of several rows with one key the newest counts, the others are quarantined; if it is deleted, so is the row
-- comment on table    "required: why" or "optional: what is off without it"
-- comment on column   key=value pairs: or=OTHER NAME IN FILES, field=NAME IN fields.csv, holds=day (a calendar day, never
--                     shifted), day=end (a day without time counts at its last second, else at its start), ahead=yes (may
--                     lie in the future, so says nothing about how fresh the extract is), mapped=only (read only where
--                     fields.csv names a column), tells=table (a file without the column is not this table),
--                     ties=KIND (an id: all rows with one id of a kind are brought up to date together), lists=semicolon
--                     (several ids with semicolons between), names=KIND (an id of what many rows may name, such as a campaign; in the table
--                     of these things, the key). A table in which nothing ties is always read whole; a source in
--                     which no table has ties is built in full each time. Times are compared with as_of as they stand.

create table account (
    account_id varchar primary key,
    name varchar,
    segment varchar,
    industry varchar,
    region varchar,
    tier varchar,
    owner_id varchar
);
comment on table account is 'optional: without it segment, region, industry and tier come from the leads alone';
comment on column account.account_id is 'names=account';

create table person (
    person_id varchar primary key,
    account_id varchar,
    name varchar,
    title varchar,
    email varchar,
    persona varchar
);
comment on table person is 'optional: without it touches have no one to belong to, so influence is off';
comment on column person.person_id is 'ties=person';
comment on column person.account_id is 'names=account';

create table lead (
    lead_id varchar primary key,
    person_id varchar,
    created_at timestamp,
    name varchar,
    company varchar,
    source varchar,
    channel varchar,
    score double,
    owner_id varchar,
    opportunity_id varchar,
    segment varchar,
    region varchar,
    industry varchar,
    persona varchar
);
comment on table lead is 'optional: without it leads have no channel, source, score or owner';
comment on column lead.opportunity_id is 'or=converted_opportunity_id; ties=opportunity';
comment on column lead.lead_id is 'ties=person';
comment on column lead.person_id is 'ties=person';
comment on column lead.company is 'names=account';
comment on column lead.owner_id is 'names=member';

create table lead_event (
    lead_id varchar not null,
    person_id varchar,
    stage varchar not null,
    occurred_at timestamp not null,
    actor_id varchar,
    reason varchar
);
comment on table lead_event is 'optional: without it there are no handoffs, so nothing about acceptance or response';
comment on column lead_event.lead_id is 'ties=person';
comment on column lead_event.person_id is 'ties=person';
comment on column lead_event.actor_id is 'names=member';

create table lead_owner (
    lead_id varchar not null,
    owner_id varchar not null,
    from_at timestamp not null
);
comment on table lead_owner is 'optional: without it a handoff belongs to the owner its lead has now';
comment on column lead_owner.lead_id is 'ties=person';
comment on column lead_owner.owner_id is 'names=member';

create table touch (
    touch_id varchar primary key,
    person_id varchar,
    account_id varchar,
    occurred_at timestamp not null,
    side varchar not null,
    channel varchar,
    kind varchar,
    campaign_id varchar,
    owner_id varchar
);
comment on table touch is 'optional: without touches there is no influence, and responses are known by decisions alone';
comment on column touch.person_id is 'ties=person';
comment on column touch.account_id is 'names=account';
comment on column touch.campaign_id is 'names=campaign';
comment on column touch.owner_id is 'names=member';

create table campaign (
    campaign_id varchar primary key,
    name varchar,
    channel varchar,
    owner_id varchar
);
comment on table campaign is 'optional: without it campaigns show as ids and have no team';
comment on column campaign.campaign_id is 'names=campaign';

create table opportunity (
    opportunity_id varchar primary key,
    account_id varchar,
    name varchar,
    created_at timestamp not null,
    closed_at timestamp,
    stage varchar,
    is_won boolean,
    is_closed boolean,
    amount decimal(20, 4),
    currency varchar,
    owner_id varchar,
    source varchar,
    channel varchar
);
comment on table opportunity is 'optional: without it there is no pipeline, revenue or influence';
comment on column opportunity.closed_at is 'or=expected_close; day=end; ahead=yes';
comment on column opportunity.opportunity_id is 'ties=opportunity';
comment on column opportunity.account_id is 'names=account';
comment on column opportunity.owner_id is 'names=member';

create table opportunity_person (
    opportunity_id varchar not null,
    person_id varchar not null,
    role varchar,
    is_primary boolean
);
comment on table opportunity_person is 'optional: without it a deal is influenced through its handoff or its account';
comment on column opportunity_person.opportunity_id is 'ties=opportunity';
comment on column opportunity_person.person_id is 'ties=person';

create table spend (
    spent_on date not null,
    channel varchar,
    campaign_id varchar,
    campaign_name varchar,
    amount decimal(20, 4) not null
);
comment on table spend is 'optional: without it there is no cost per accepted lead';

create table member (
    member_id varchar primary key,
    team_id varchar,
    name varchar,
    is_active boolean
);
comment on table member is 'optional: without it owners show as ids and there are no teams';
comment on column member.member_id is 'names=member';

create table team (
    team_id varchar primary key,
    name varchar,
    side varchar
);
comment on table team is 'optional: without it there are no teams';
