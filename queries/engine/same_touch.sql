-- grain: one row for each marketing touch that an earlier source tells of too: the same person, campaign and day
-- A form of a program that is a campaign of the CRM is filled in once, and both systems log it.
select distinct t._origin, t.touch_id
from conformed.touch as t
inner join conformed.touch as e
    on e.person_id = t.person_id and e.campaign_id = t.campaign_id and e._source_no < t._source_no
    and accord_local_day(e.occurred_at) = accord_local_day(t.occurred_at)
where lower(trim(t.side)) = 'marketing' and lower(trim(e.side)) = 'marketing'
