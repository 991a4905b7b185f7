-- says: People by their first inquiry, newest first
select
    person_id, account_id, name, title, company, segment, region, industry, tier, channel, source, persona, inquired_at
from record
order by inquired_at desc, person_id
