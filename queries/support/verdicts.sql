-- says: deals won in a period with the channel that each model credits most, the largest of those first that the models do not agree on; and how many deals
--     there are of either kind
with won as (
    select opportunity_id, name, account_id, account_name, amount, closed_on, owner
    from {deal by closed_on}
    where is_won and {filters}
),

by_model as (
    unpivot (
        select opportunity_id, coalesce(channel, 'no channel') as channel,
            sum(linear) as linear, sum(first) as first, sum(last) as last, sum(u_shaped) as u_shaped, sum(w_shaped) as w_shaped,
            sum(full_path) as full_path, sum(time_decay) as time_decay, sum(markov) as markov, sum(shapley) as shapley
        from {won_credit in closed_on}
        where scope = $scope and opportunity_id in (select opportunity_id from won)
        group by all
    )
    on linear, first, last, u_shaped, w_shaped, full_path, time_decay, markov, shapley
    into name model value weight
),

by_channel as (
    select opportunity_id, model, channel, round(weight, 9) as weight from by_model
),

verdict as (
    select opportunity_id, model, arg_min(channel, (-weight, channel)) as channel from by_channel group by all
),

flipped as (
    select opportunity_id, list(distinct channel order by channel) as channels from verdict group by all
)

select
    w.opportunity_id, w.name, w.account_id, w.account_name, w.amount::double as amount, w.closed_on, w.owner,
    array_to_string(f.channels, ', ') as channels, len(f.channels) as verdicts,
    count(*) over () as deals, count(*) filter (where len(f.channels) > 1) over () as disputed
from flipped as f
inner join won as w on w.opportunity_id = f.opportunity_id
order by len(f.channels) > 1 desc, w.amount desc nulls last, w.opportunity_id
limit $most
