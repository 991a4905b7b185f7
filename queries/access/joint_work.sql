-- rule: what one's teams did together, and what was done at the accounts of one's part; no other account is named
with team as (
    select name, any_value(sales_team) as sales_team, any_value(marketing_team) as marketing_team from scorecard.member group by name
),

work as (
    select j.*, coalesce(accord_is_whole() or j.account_id in (select account_id from known_account), false) as is_known from scorecard.joint_work as j
)

select
    j.* exclude (is_known) replace (
        accord_colleague(j.marketing_member, coalesce(m.marketing_team, m.sales_team)) as marketing_member,
        accord_colleague(j.sales_member, coalesce(s.sales_team, s.marketing_team)) as sales_member,
        case when j.is_known then accord_customer(j.account_id) end as account_id,
        case when j.is_known then accord_customer(j.account_name) end as account_name,
        case when j.is_known then accord_customer(j.note) end as note
    )
from work as j
left join team as m on m.name = j.marketing_member
left join team as s on s.name = j.sales_member
where accord_in_part(null, s.sales_team, m.marketing_team) or j.is_known
