-- grain: one row for each lead or contact record that is one person with another record, after which the person is named; most are not
select p.record_id, substr(p.label, 3) as person_id
from person_of as p
where substr(p.label, 3) <> p.record_id
