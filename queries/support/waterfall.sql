-- says: what became so far of the leads handed over in a period: accepted, with an opportunity, won;
--     implied are those that sales took without an offer
select
    count(*) as handed_over,
    count(*) filter (where is_implied) as implied,
    count(*) filter (where outcome = 'accepted') as accepted,
    count(*) filter (where opportunity_id is not null) as with_deal,
    count(*) filter (where is_deal_won) as won
from {handoff by handed_on}
where {filters}
