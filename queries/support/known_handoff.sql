-- says: which of some ids are those of leads that were handed over
select lower(handoff_id) as name from handoff where list_contains($names::varchar[], lower(handoff_id))
