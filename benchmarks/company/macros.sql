-- What every table of the invented company is drawn from. A row is a number; what is random about it is a hash of that
-- number, of the place it is used at and of the seed, so rows are the same whatever order or thread writes them.
-- Times are whole seconds since 1970 in UTC. Day 0 is Monday 20 November 2023; day 1096 is 20 November 2026.
create macro day0() as cast(1700438400 as bigint);
create macro r(i, k) as (hash(cast(i as bigint) * 128 + k + $seed * 7919) % 16777216) / 16777216.0;
create macro bell(i, k) as r(i, k) + r(i, k + 1) + r(i, k + 2) - 1.5;
create macro pick(i, k, skew, list) as list[1 + cast(floor(len(list) * pow(r(i, k), skew)) as integer)];

create macro first_deal_contact() as 4 * $accounts;
create macro deals() as $deals;
create macro leads() as 5 * $deals;
create macro accounts() as $accounts;
create macro campaigns() as $campaigns;
create macro sellers() as $sellers;
create macro marketers() as $marketers;
create macro members() as $members;
create macro tasks() as $tasks;
create macro events() as $events;
create macro as_of() as cast($as_of as bigint);
create macro since() as cast($since as bigint);

-- Business doubles over the three years: of all rows of the base company the part u is older than moment(u).
create macro raw_moment(u) as day0() + cast(floor(1096 * 86400 * (sqrt(1 + 3 * u) - 1)) as bigint);
create macro part_before(t) as (pow((t - day0()) / (1096 * 86400.0) + 1, 2) - 1) / 3;
-- Four fifths of what falls on a weekend happened on a day of that week, and most of it around noon.
create macro busy_day(d, i, k) as case when d % 7 >= 5 and r(i, k) < 0.8 then d - d % 7 + cast(floor(5 * r(i, k + 1)) as bigint) else d end;
create macro moment(u, i, k) as
    day0() + 86400 * busy_day((raw_moment(u) - day0()) // 86400, i, k) + cast(floor(28800 * (r(i, k + 2) + r(i, k + 3) + r(i, k + 4))) as bigint);
create macro days(n) as cast(floor(86400 * (n)) as bigint);
-- The connector runs four times a day; one row in 2,000 comes up to thirty days late.
create macro sync_after(t) as (t - 18720 + 21599) // 21600 * 21600 + 18720;
create macro synced(t, u, i) as sync_after(greatest(t, raw_moment(u)) + case when r(i, 90) < 0.0005 then days(30 * r(i, 91)) else 0 end);
create macro instant(t) as make_timestamp(cast(t as bigint) * 1000000);
create macro day_of(t) as make_timestamp(t // 86400 * 86400000000);
create macro id(prefix, i) as prefix || 'Qk' || lpad(cast(i as varchar), 10, '0') || 'IAA';

create macro segment_no(i, k) as case when r(i, k) < 0.52 then 0 when r(i, k) < 0.85 then 1 else 2 end;
create macro region_no(i, k) as case when r(i, k) < 0.55 then 0 when r(i, k) < 0.88 then 1 else 2 end;
create macro employees(i, k) as
    cast(floor(case segment_no(i, k) when 0 then 3 + 196 * r(i, k + 1) when 1 then 200 + 1799 * r(i, k + 1) else 2000 + 60000 * pow(r(i, k + 1), 3) end) as bigint);
create macro industry(i, k) as pick(i, k, 1.5, ['Manufacturing', 'Software', 'Business Services', 'Financial Services', 'Healthcare', 'Retail',
    'Transportation', 'Energy', 'Public Sector', 'Education']);
create macro region(i, k) as ['NA', 'EMEA', 'APAC'][1 + region_no(i, k)];
create macro country(i, k) as case region_no(i, k)
    when 0 then case when r(i, k + 1) < 0.85 then 'United States' else 'Canada' end
    when 1 then pick(i, k + 1, 1.3, ['United Kingdom', 'Germany', 'Netherlands', 'France', 'Sweden', 'Spain'])
    else pick(i, k + 1, 1.3, ['Australia', 'Singapore', 'Japan', 'India']) end;
create macro first_name(i) as pick(i, 70, 1.0, ['Ana', 'Ben', 'Carla', 'David', 'Elena', 'Farid', 'Grace', 'Hugo', 'Ines', 'Jonas', 'Kavya', 'Liam', 'Maria',
    'Noah', 'Olga', 'Peter', 'Qing', 'Rosa', 'Sven', 'Tara', 'Uma', 'Victor', 'Wendy', 'Yusuf', 'Zoe']);
create macro last_name(i) as pick(i, 71, 1.0, ['Abbott', 'Becker', 'Costa', 'Dahl', 'Evans', 'Fischer', 'Garcia', 'Haas', 'Ito', 'Jansen', 'Kumar', 'Lopez',
    'Meyer', 'Novak', 'Okafor', 'Patel', 'Quinn', 'Rossi', 'Schmidt', 'Tanaka', 'Ueda', 'Vogel', 'Wong', 'Young', 'Zhang']);
create macro title(i) as pick(i, 72, 1.1, ['Plant Manager', 'IT Director', 'Operations Analyst', 'Head of Procurement', 'VP Marketing', 'CFO', 'Supply Chain Manager',
    'Enterprise Architect', 'Chief Operating Officer', 'CTO', 'Process Specialist', 'Managing Director', 'Production Planner', 'Owner']);
create macro email(i) as lower(first_name(i)) || '.' || lower(last_name(i)) || i || '@c' || i % 9973 || '.example';

-- Every deal stands beside five leads, of which at most one became it. One account in 28 is a major one and buys more.
create macro candidate(o) as 5 * o + cast(floor(5 * r(o, 1)) as bigint);
create macro account_near(o) as cast(floor(accounts() * (o / deals()) * (1 - pow(r(o, 2), 2))) as bigint);
create macro account_of(o) as case when r(o, 3) < 0.25 then account_near(o) - account_near(o) % 28 else account_near(o) end;
-- Users: five roles of sales, then five of marketing. A lead or deal is its region's or its segment's.
create macro seller(i, k, segment, region) as 5 * cast(floor(sellers() / 5 * pow(r(i, k), 1.2)) as bigint)
    + case when region = 1 and r(i, k + 1) < 0.6 then 3 + cast(r(i, k + 2) < 0.4 as integer) else 2 - segment end;
create macro marketer(i, k) as sellers() + cast(floor(marketers() * r(i, k)) as bigint);
-- Whom a touch met: a person of leads that came lately, or one of an account that buys.
create macro recent(n, u, i, k) as cast(floor(n * u * (1 - pow(r(i, k), 3))) as bigint);
create macro contact_met(u, i, k) as case when r(i, k + 1) < 0.5 then first_deal_contact() + recent(deals(), u * 0.93, i, k)
    else 2 * account_of(recent(deals(), u, i, k)) + cast(r(i, k + 1) < 0.75 as integer) end;
create macro account_met(c) as case when c < first_deal_contact() then c // 2 else account_of(c - first_deal_contact()) end;
create macro campaign_met(u, i, k) as case when r(i, k) < 0.3 then recent(campaigns(), u, i, k + 1) // 10 * 10
    else cast(floor(campaigns() * u * (1 - 0.15 * r(i, k + 2))) as bigint) end;
create macro campaign_type(c) as pick(c, 5, 1.3, ['Webinar', 'Email', 'Paid Search', 'Trade Show', 'Paid Social', 'Website', 'Content Syndication', 'Partner',
    'Field Event', 'Referral Program']);
