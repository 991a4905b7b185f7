-- title: Inquiries
-- says: People who showed interest for the first time in the period.
-- formula: number of people whose first inquiry is in the period
-- owner: marketing
-- unit: count
-- better: up
-- order: 4
-- records: person
-- needs: lead_event
-- dims: day week month quarter segment region industry tier channel source persona
with record as (
    select * from {inquiry by inquired_on} where {filters}
)

-- answer
select {by} count(*) as value
from record
group by all
