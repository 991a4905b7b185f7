-- says: how many records a list has
select count(*) as n from {once}
