-- says: deals won in a period whose most credited channel is not the same in every model, the largest first
with won as (
    select opportunity_id, name, account_id, account_name, amount, closed_on, owner
    from deal
    inner join calendar on calendar.day = deal.closed_on
    where is_won and closed_on >= $from_day and closed_on < $to_day and {filters}
),

by_model as (
    unpivot (
        select c.opportunity_id, coalesce(t.channel, 'no channel') as channel,
            c.linear, c.first, c.last, c.u_shaped, c.w_shaped, c.full_path, c.time_decay, c.markov, c.shapley
        from credit as c
        inner join deal_touch as t on t.opportunity_id = c.opportunity_id and t.touch_id = c.touch_id
        where c.scope = $scope and c.opportunity_id in (select opportunity_id from won)
    )
    on linear, first, last, u_shaped, w_shaped, full_path, time_decay, markov, shapley
    into name model value weight
),

by_channel as (
    select opportunity_id, model, channel, round(sum(weight), 9) as weight from by_model group by all
),

verdict as (
    select opportunity_id, model, arg_min(channel, (-weight, channel)) as channel from by_channel group by all
),

flipped as (
    select opportunity_id, list(distinct channel order by channel) as channels from verdict group by all
)

select
    w.opportunity_id, w.name, w.account_id, w.account_name, w.amount::double as amount, w.closed_on, w.owner,
    array_to_string(f.channels, ', ') as channels, len(f.channels) as verdicts
from flipped as f
inner join won as w on w.opportunity_id = f.opportunity_id
order by w.amount desc nulls last, w.opportunity_id
