-- says: deals won in a period with the channels that some model credits most, the largest of those first that the models do not agree on; and how many
--     deals there are of either kind
with won as (
    select opportunity_id, name, account_id, account_name, amount, closed_on, owner
    from {deal by closed_on}
    where is_won and {filters}
),

verdict as (
    select won.*, chosen.* exclude (opportunity_id)
    from won
    inner join (
        select
            opportunity_id, is_disputed, by_linear, by_first, by_last, by_u_shaped, by_w_shaped, by_full_path, by_time_decay, by_markov, by_shapley
        from {won_verdict in closed_on}
        where scope = $scope
    ) as chosen on chosen.opportunity_id = won.opportunity_id
),

counted as (
    select count(*) as deals, count(*) filter (where is_disputed) as disputed from verdict
),

largest as (
    select * from verdict order by is_disputed desc, amount desc nulls last, opportunity_id limit $most
),

named as (
    select
        *,
        list_sort(list_distinct([by_linear, by_first, by_last, by_u_shaped, by_w_shaped, by_full_path, by_time_decay, by_markov, by_shapley])) as channels
    from largest
)

select
    opportunity_id, name, account_id, account_name, named.amount::double as amount, closed_on, owner,
    array_to_string(channels, ', ') as channels, len(named.channels) as verdicts, deals, disputed
from named
cross join counted
order by is_disputed desc, named.amount desc nulls last, opportunity_id
