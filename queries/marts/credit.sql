-- grain: one row for each eligible touch of an opportunity and scope, with its weight in each model; weights add up to 1
-- view: yes
-- Worked out when it is read: questions of a period read won_credit in its place.
select
    c.scope, c.opportunity_id, c.touch_id, c.first, c.last, c.linear, c.u_shaped, c.w_shaped, c.full_path, c.time_decay, c.markov, c.shapley
from credit_base as c
