-- says: what became so far of the leads handed over in a period: accepted, with an opportunity, won;
--     implied are those that sales took without an offer
select
    count(*) as handed_over,
    count(*) filter (where is_implied) as implied,
    count(*) filter (where outcome = 'accepted') as accepted,
    count(*) filter (where handoff.opportunity_id is not null) as with_deal,
    count(*) filter (where deal.is_won) as won
from (
    from handoff
    inner join calendar on calendar.day = handoff.handed_on
    where handed_on >= $from_day and handed_on < $to_day and {filters}
) as handoff
left join deal on deal.opportunity_id = handoff.opportunity_id
