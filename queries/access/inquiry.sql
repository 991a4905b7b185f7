-- rule: people of one's segments, and those whose lead is in one's part
select * replace (accord_customer(name) as name, accord_customer(title) as title, accord_customer(company) as company)
from scorecard.inquiry
where accord_in_part(segment, null, null) or lead_id in (select lead_id from handoff)
