-- rule: the values that occur in the rows one may see
-- kept: yes
with lead_value as (
    unpivot (
        select segment, region, industry, tier, channel, source, campaign, persona, marketing_team, sales_team, owner,
            case when outcome = 'rejected' then coalesce(reason, 'no reason given') end as reason
        from handoff
    ) on columns(*) into name dimension value value
),

deal_value as (
    unpivot (select segment, region, industry, tier, channel, source, persona, sales_team, owner from deal) on columns(*) into name dimension value value
),

person_value as (
    unpivot (select segment, region, industry, channel, source, persona from inquiry) on columns(*) into name dimension value value
),

touch_value as (
    unpivot (select channel, campaign, marketing_team from deal_touch where side = 'marketing') on columns(*) into name dimension value value
),

paid_value as (
    unpivot (select channel, campaign from spend) on columns(*) into name dimension value value
)

select dimension, value from lead_value
union select dimension, value from deal_value
union select dimension, value from person_value
union select dimension, value from touch_value
union select dimension, value from paid_value
union select 'reason' as dimension, reason as value from forgotten_account
union select 'kind' as dimension, kind as value from joint_work
union select 'side' as dimension, side as value from team_cost where side is not null
union select 'sales_team' as dimension, t.team as value from target as t inner join scorecard.member as m on lower(m.sales_team) = lower(t.team)
