-- title: Joint work
-- says: Activities that marketing and sales did together in the period: ride-alongs, joint content, joint meetings, persona workshops.
-- formula: number of activities
-- owner: joint
-- unit: count
-- better: up
-- order: 25
-- records: joint_work
-- dims: week month quarter kind
with record as (
    select * from {joint_work by done_on} where {filters}
)

-- answer
select {by} count(*) as value
from record
group by all
