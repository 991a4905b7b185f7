-- rule: nobody's: handoff and credit are read in its place
select *
from scorecard.credit_base
where false
