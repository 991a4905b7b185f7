-- rule: everybody's: how many rows of each table were read and kept
select *
from scorecard.table_report
