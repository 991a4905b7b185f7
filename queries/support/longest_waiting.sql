-- says: undecided leads, the one that has waited longest first; of the records of undecided
{record}

select name, company, age_days, owner, handed_at, channel, segment, account_id
from record
order by handed_at, lead_id
