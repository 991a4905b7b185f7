-- rule: nobody's: handoff and credit are read in its place
select *
from scorecard.by_now
where false
