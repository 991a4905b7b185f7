-- says: accepted leads that sales did not touch within the window after accepting, the newest first; of the records of worked_after_acceptance
{record}

select
    lead_id, account_id, name, title, company, decided_at, owner, sales_team, channel, segment, handed_at, opportunity_id
from record
where is_worked_due and not is_worked
order by decided_at desc, lead_id
