select id('005', i) as id, first_name(i) || ' ' || last_name(i) as name, first_name(i) as first_name, last_name(i) as last_name,
    'u' || i || '@company.example' as email, case when i < sellers() then 'Sales' else 'Marketing' end as department,
    id('00E', case when i < sellers() then i % 5 else 5 + (i - sellers()) % 5 end) as user_role_id, i < 10 or r(i, 6) > 0.08 as is_active, 'Standard' as user_type,
    i = sellers() + marketers() as _fivetran_deleted, instant(case when i % 50 = 0 then as_of() else day0() end) as _fivetran_synced
from range(sellers() + marketers() + 1) as t(i)
