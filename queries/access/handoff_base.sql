-- rule: nobody's: handoff and credit are read in its place
select *
from scorecard.handoff_base
where false
