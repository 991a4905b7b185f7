-- What each build published of the joint metrics by week, carried on from build to build.
-- basis: the settings without which two builds' weeks and amounts are not the same thing.
create table published (
    generation varchar, as_of timestamp, as_of_day date, as_of_week date, basis varchar,
    metric varchar, week date, value double, n bigint, is_final boolean
);

-- The records of those weeks and how each counted; nth: of several that a record has in one week.
create table published_record (
    generation varchar, metric varchar, week date, record_id varchar, nth integer, state varchar, amount decimal(38, 10)
);
