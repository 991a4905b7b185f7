-- grain: one row for each opportunity that may have another path or handoff than in the build before, though it has not changed itself
-- What people did (in `moved`: touches that came or went) concerns a deal if it was not closed before, or handed over after it.
with reach as (
    select
        o.opportunity_id, o.account_id,
        greatest(case when o.is_closed then coalesce(o.closed_at, timestamp '2100-01-01') else timestamp '2100-01-01' end, h.handed_at) as until
    from opportunity as o
    left join handoff_opportunity as d on d.opportunity_id = o.opportunity_id
    left join handoff_decided as h on h.handoff_id = d.handoff_id
)

select r.opportunity_id as id
from reach as r
inner join deal_person as p on p.opportunity_id = r.opportunity_id
inner join moved as m on m.person_id = p.person_id and m.occurred_at <= r.until
union
select r.opportunity_id as id
from reach as r
inner join moved as m on m.account_id = r.account_id and m.occurred_at <= r.until
where r.opportunity_id not in (select opportunity_id from deal_person)
