-- grain: one row for each person, account and moment of touches that came, went or changed since the build before, or have come to pass
with side as (
    select
        t.touch_id, t.person_id, t.account_id, t.occurred_at, t.side, t.channel, t.kind, t.campaign_id, t.owner_id, -1 as times
    from kept.touch_base as t
    where t.person_id in (select id from gone_person_id)
    union all
    select
        t.touch_id, t.person_id, t.account_id, t.occurred_at, t.side, t.channel, t.kind, t.campaign_id, t.owner_id, 1 as times
    from touch_base as t
),

differing as (
    select s.person_id, s.account_id, s.occurred_at
    from side as s
    group by s.touch_id, s.person_id, s.account_id, s.occurred_at, s.side, s.channel, s.kind, s.campaign_id, s.owner_id
    having sum(s.times) <> 0
)

select d.person_id, d.account_id, d.occurred_at from differing as d
union
select t.person_id, t.account_id, t.occurred_at from touch_base as t where t.occurred_at > $1 and t.occurred_at <= $2
