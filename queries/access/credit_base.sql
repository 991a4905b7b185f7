-- rule: nobody's: credit is read in its place
select *
from scorecard.credit_base
where false
