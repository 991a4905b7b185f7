-- rule: nobody's: handoff and credit are read in its place
select *
from scorecard.path_effect
where false
