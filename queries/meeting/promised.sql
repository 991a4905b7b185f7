-- says: the metrics that anything was promised of, to all teams and segments
select distinct metric from target where team is null and segment is null
