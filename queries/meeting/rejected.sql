-- says: the rejected leads of a period, the latest decision first; lists the records of rejection_reasons
select
    handoff_id, lead_id, name, title, company, account_id, campaign, channel, persona, segment, reason, owner, handed_at, decided_at
from record
order by decided_at desc, handoff_id
