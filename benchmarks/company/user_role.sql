select id('00E', i) as id,
    ['Enterprise Account Executive', 'Mid-Market Account Executive', 'Commercial Account Executive', 'EMEA Account Executive', 'EMEA Sales Development',
        'Demand Generation Manager', 'Marketing Operations', 'Content Marketing Manager', 'Field Marketing Manager', 'Partner Marketing Manager'][1 + i] as name,
    false as _fivetran_deleted, instant(day0()) as _fivetran_synced
from range(10) as t(i)
