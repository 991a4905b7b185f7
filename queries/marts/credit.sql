-- grain: one row for each eligible touch of an opportunity and scope, with its weight in each model; weights add up to 1
-- view: yes
-- Kept as a view, as Markov's weights change with every deal that is closed anywhere, and the others do not.
select
    c.scope, c.opportunity_id, c.touch_id, c.first, c.last, c.linear, c.u_shaped, c.w_shaped, c.full_path, c.time_decay,
    case
        when p.effects > 0 then coalesce(e.effect, cast(0 as double)) / cast(c.touches_of_channel as double) / p.effects
        else c.linear
    end as markov,
    c.shapley
from credit_base as c
inner join path_effect as p on p.scope = c.scope and p.opportunity_id = c.opportunity_id
left join removal_effect as e on e.scope = c.scope and e.channel = c.channel
