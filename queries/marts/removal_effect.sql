-- grain: one row for each scope and channel: how much less likely a win is without the channel (Markov removal effect)
-- solve: markov
-- The chain of these steps is solved exactly, and `effect` takes the place of the counts.
select s.scope, s.from_state, s.to_state, s.steps
from step as s
order by s.scope, s.from_state, s.to_state
