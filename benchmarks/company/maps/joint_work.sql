select strftime(instant(moment(n / (12.0 * sellers()), n, 10)), '%Y-%m-%d') as done_on, pick(n, 6, 1.2, ['ride_along', 'joint_meeting', 'joint_content', 'persona_workshop']) as kind,
    id('005', marketer(n, 7)) as marketing_member, id('005', cast(floor(sellers() * r(n, 8)) as bigint)) as sales_member,
    id('001', 28 * cast(floor(accounts() * n / (12.0 * sellers()) / 28 * r(n, 9)) as bigint)) as account_id, null as campaign_id, 'Worked together' as note
from range(cast(12 * sellers() * part_before(as_of() - 604800) as bigint)) as t(n)
