-- The conformed tables: what every source is turned into, and what a company may supply as it stands
-- in data/extracts/canonical/. The program reads types, keys and comments from here.
--
-- not null       a row without it is quarantined, and a file without the column is refused
-- primary key    of several live rows with one key the newest is kept, the others are quarantined
-- comment on table    "required: why" or "optional: what is off without it"
-- comment on column   key=value pairs: or=OTHER NAME IN FILES, field=NAME IN fields.csv, holds=day (a calendar day, never
--                     shifted), day=end (a day without time counts at its last second, else at its start), ahead=yes (may
--                     lie in the future, so says nothing about how fresh the extract is), mapped=only (read only where
--                     fields.csv names a column), tells=table (a file without the column is not this table)

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

create table person (
    person_id varchar primary key,
    account_id varchar,
    name varchar,
    title varchar,
    email varchar,
    persona varchar
);
comment on table person is 'optional: without it touches have no one to belong to, so influence is off';

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
comment on column lead.opportunity_id is 'or=converted_opportunity_id';

create table lead_event (
    lead_id varchar not null,
    person_id varchar,
    stage varchar not null,
    occurred_at timestamp not null,
    actor_id varchar,
    reason varchar
);
comment on table lead_event is 'optional: without it there are no handoffs, so nothing about acceptance or response';

create table lead_owner (
    lead_id varchar not null,
    owner_id varchar not null,
    from_at timestamp not null
);
comment on table lead_owner is 'optional: without it a handoff belongs to the owner its lead has now';

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

create table campaign (
    campaign_id varchar primary key,
    name varchar,
    channel varchar,
    owner_id varchar
);
comment on table campaign is 'optional: without it campaigns show as ids and have no team';

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

create table opportunity_person (
    opportunity_id varchar not null,
    person_id varchar not null,
    role varchar,
    is_primary boolean
);
comment on table opportunity_person is 'optional: without it a deal is influenced through its handoff or its account';

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

create table team (
    team_id varchar primary key,
    name varchar,
    side varchar
);
comment on table team is 'optional: without it there are no teams';
