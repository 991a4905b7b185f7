-- rule: nobody's but the cro's: it holds values of rows as they came
select *
from scorecard.unmapped
where false
