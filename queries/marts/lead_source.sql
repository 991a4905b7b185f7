-- grain: one row for each source that supplies lead records, with how many
-- publish: no
-- adds: leads
select l._source_no, count(*) as leads from conformed.lead as l group by l._source_no
