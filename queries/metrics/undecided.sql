-- title: Undecided leads
-- says: Leads that marketing handed over and sales has neither accepted nor rejected yet, whenever they were handed over.
-- formula: number of handoffs without a decision, by whole days waited
-- owner: sales
-- unit: count
-- better: down
-- order: 6
-- state: yes
-- records: handoff
-- needs: lead_event
-- dims: segment region industry tier channel source campaign persona marketing_team sales_team owner age
with waiting as (
    select
        *,
        case
            when age_days <= 2 then '0-2' when age_days <= 7 then '3-7' when age_days <= 14 then '8-14'
            when age_days <= 30 then '15-30' else 'over 30'
        end as age
    from handoff
    where outcome = 'undecided'
),

record as (
    select * from waiting where {filters}
)

-- answer
select {by} count(*) as value
from record
group by all
