-- grain: one row for each scope and opportunity with a path: the removal effects of its channels together
-- order: scope, opportunity_id
select
    c.scope, c.opportunity_id, cast(sum(accord_weight(coalesce(e.effect, 0.0))) as double) as effects
from credit_base as c
left join removal_effect as e on e.scope = c.scope and e.channel = c.channel
where c.is_first_of_channel
group by c.scope, c.opportunity_id
