-- title: Forgotten accounts
-- says: Major accounts that nobody looks after at the moment the data is true at: no active owner, a lead undecided past the promised
--     hours, marketing without sales for 30 days, or an open deal without a touch for 30 days.
-- formula: number of major accounts with at least one of the four reasons
-- owner: sales
-- unit: count
-- better: down
-- order: 24
-- state: yes
-- records: account
-- total: no
-- needs: account
-- dims: segment region industry tier sales_team owner reason
-- An account with two reasons counts under each of them, and once in all.
with record as (
    select * from forgotten_account where {filters}
)

-- answer
select {by} count(distinct account_id) as value
from record
group by all
