-- says: drops the records of builds that no later build will be compared with
delete from published_record
where generation not in (
    select generation
    from published
    where as_of_day >= coalesce((select max(as_of_day) from published where as_of_day <= $as_of_day - 7), as_of_day)
)
