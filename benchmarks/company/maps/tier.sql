select id('001', 28 * n) as account_id, 'major' as tier from range(cast(accounts() * part_before(as_of()) / 28 as bigint)) as t(n)
