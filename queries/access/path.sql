-- rule: nobody's: credit is read in its place
select *
from scorecard.path
where false
