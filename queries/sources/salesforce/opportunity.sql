-- grain: one row for each opportunity
-- from: opportunity
select
    o.id as opportunity_id, o.account_id, o.name, o.created_date as created_at,
    case when coalesce(o.is_closed, o.is_won, false) then o.close_date else coalesce(o.expected_close, o.close_date) end as closed_at,
    o.stage_name as stage, coalesce(o.is_won, false) as is_won, coalesce(o.is_closed, o.is_won, false) as is_closed,
    o.amount, o.currency, o.owner_id, o.lead_source as source, c.channel, o._origin
from raw.opportunity as o
left join map.channel as c on lower(c.source) = lower(o.lead_source)
