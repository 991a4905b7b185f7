-- says: the deals won in a period, the largest first, with the touches of both sides; lists the records of revenue
select
    opportunity_id, name, account_id, account_name, round(amount, 2)::double as amount, closed_on, owner, segment,
    case when closed_on >= created_on then closed_on - created_on end as days,
    marketing_touches,
    (select count(*) from deal_touch as t where t.opportunity_id = record.opportunity_id and t.side = 'sales') as sales_touches
from record
order by record.amount desc nulls last, opportunity_id
