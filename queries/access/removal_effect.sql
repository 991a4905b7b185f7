-- rule: nobody's but the cro's: no question asks for it
select *
from scorecard.removal_effect
where false
