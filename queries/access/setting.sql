-- rule: everybody's: it tells nothing of anybody
select *
from scorecard.setting
