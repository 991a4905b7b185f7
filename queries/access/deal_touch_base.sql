-- rule: nobody's: deal_touch is read in its place
select *
from scorecard.deal_touch_base
where false
