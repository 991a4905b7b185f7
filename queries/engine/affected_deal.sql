-- grain: one row for each opportunity that has another path or handoff than in the build before, though it has not changed itself
-- What people did (in `moved`) concerns a deal if it was not closed before, or handed over after it; and so does what a touch of its path
-- names, if that has changed.
with person_of as (
    select p.opportunity_id, p.person_id from kept.opportunity_person as p
    union
    select h.opportunity_id, h.person_id from kept.handoff_base as h where h.opportunity_id is not null
),

reach as (
    select
        o.opportunity_id, o.account_id,
        greatest(case when o.is_closed then coalesce(o.closed_at, timestamp '2100-01-01') else timestamp '2100-01-01' end, h.handed_at) as until
    from kept.opportunity as o
    left join kept.handoff_base as h on h.opportunity_id = o.opportunity_id
    where o.opportunity_id not in (select id from affected)
)

select r.opportunity_id as id
from reach as r
inner join person_of as p on p.opportunity_id = r.opportunity_id
inner join moved as m on m.person_id = p.person_id and m.occurred_at <= r.until
union
select r.opportunity_id as id
from reach as r
inner join moved as m on m.account_id = r.account_id and m.occurred_at <= r.until
where r.opportunity_id not in (select opportunity_id from person_of)
union
select t.opportunity_id as id
from kept.deal_touch_base as t
where t.opportunity_id not in (select id from affected)
    and (t.campaign_id in (select id from named where kind = 'campaign') or t.owner_id in (select id from named where kind = 'member'))
