-- grain: one row for each deal; one that was merged lives on as another
-- from: deal
-- The account is the deal's primary company (association type 5), else its first; else that of its contacts.
with company as (
    select
        d.deal_id, d.company_id,
        row_number() over (partition by d.deal_id order by case when d.type_id = '5' then 0 else 1 end, d.company_id) as place
    from raw.deal_company as d
    inner join raw.company as c on c.id = d.company_id
),

contact_company as (
    select d.deal_id, min(p.account_id) as company_id
    from raw.deal_contact as d
    inner join contact_of as k on k.contact_id = d.contact_id
    inner join person as p on p.person_id = k.person_id
    group by d.deal_id
),

gone as (
    select distinct m.merged_deal_id as deal_id from raw.merged_deal as m where m.merged_deal_id <> m.deal_id
),

-- A stage that the extract does not list is one of the default pipeline, known by its name. Where a list has no is_closed,
-- HubSpot's own probability says it: 1 is won, 0 is lost.
staged as (
    select
        d.deal_id, coalesce(s.label, d.deal_pipeline_stage_id) as stage,
        coalesce(s.closed_won, s.probability = 1, lower(d.deal_pipeline_stage_id) = 'closedwon', false) as is_won,
        coalesce(
            s.is_closed, s.probability in (0, 1), lower(d.deal_pipeline_stage_id) in ('closedwon', 'closedlost'), false
        ) as is_closed
    from raw.deal as d
    left join raw.deal_pipeline_stage as s on s.stage_id = d.deal_pipeline_stage_id
)

select
    d.deal_id as opportunity_id, coalesce(d.account_id, c.company_id, p.company_id) as account_id, d.property_dealname as name,
    d.property_createdate as created_at,
    case when s.is_closed or s.is_won then d.property_closedate else coalesce(d.expected_close, d.property_closedate) end as closed_at,
    s.stage, s.is_won, s.is_closed or s.is_won as is_closed, d.property_amount as amount,
    d.property_deal_currency_code as currency, d.owner_id, d.property_hs_analytics_source as source, m.channel, d._origin
from raw.deal as d
inner join staged as s on s.deal_id = d.deal_id
left join gone as g on g.deal_id = d.deal_id
left join company as c on c.deal_id = d.deal_id and c.place = 1
left join contact_company as p on p.deal_id = d.deal_id
left join map.channel as m on lower(m.source) = lower(d.property_hs_analytics_source)
where g.deal_id is null
