-- says: the weeks, months or quarters that a period touches
select distinct {by} true as is_there from calendar where day >= $from_day and day < $to_day
