-- A year of 1on1s and what was said of them: every manager pair every two weeks. Two of three are
-- held as both say, one of nine as one says, the rest unconfirmed; one of fifteen lost its time.
-- Variables: tenant, first and last (Mondays).
set app.tenant = :'tenant';
insert into meeting (organization_id, id, pair_id, due_week, starts_at, ends_at, sort_at, minutes,
  buffer_minutes, status, pinned, cost, version, updated_at)
select p.organization_id, gen_random_uuid(), p.id, w.week,
  w.week + interval '27 hours', w.week + interval '27 hours 30 minutes',
  w.week + interval '27 hours', 30, 0, 'scheduled', false, 0, 1, now()
from pair p
cross join lateral (
  select d::date as week, row_number() over (order by d) as n
  from generate_series(:'first'::date, :'last'::date, interval '7 days') d
) w
where p.organization_id = :'tenant'::uuid and p.kind = 'manager'
  and (hashtext(p.id::text) + w.n) % 2 = 0;
insert into meeting_outcome (organization_id, id, organizer_word, organizer_at, partner_word,
  partner_at, settles_at, updated_at)
select m.organization_id, m.id, 'held', m.ends_at,
  case when h % 9 < 6 then 'held' end, case when h % 9 < 6 then m.ends_at end,
  case when h % 9 >= 6 then m.ends_at end, now()
from meeting m cross join lateral (select abs(hashtext(m.id::text)) as h) x
where m.organization_id = :'tenant'::uuid and m.starts_at < now() and h % 9 < 7;
insert into guarded_slot (organization_id, id, state, interventions, known, displaced_by,
  displaced_at, version, updated_at)
select m.organization_id, m.id, 'protected', 1, '[]', 'recurring_large_meeting', m.starts_at, 1, now()
from meeting m where m.organization_id = :'tenant'::uuid and abs(hashtext(m.id::text)) % 15 = 0;
-- Whatever is due is counted and closed by the server itself.
insert into job (id, organization_id, kind, subject_id, run_at, attempts, progress_done,
  progress_total, created_at, single)
values (gen_random_uuid(), :'tenant'::uuid, 'close_insight', :'tenant'::uuid, now(), 0, 0, 0, now(),
  true)
on conflict (organization_id, kind, subject_id) where done_at is null and single
do update set run_at = now();
