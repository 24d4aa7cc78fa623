-- The team as PostGraphile can see it: tables of one day, with the relations that it follows.
-- The views read as whoever asks, so row-level security holds behind them.

create schema peer;
grant usage on schema peer to taiwa_app;

create view peer.person with (security_invoker) as
  select p.id, p.number, f.display_name, l.manager_id
  from person p
  join person_profile f on f.organization_id = p.organization_id and f.person_id = p.id
    and f.valid_from <= :'day' and f.valid_until > :'day'
  left join reporting_line l on l.organization_id = p.organization_id and l.report_id = p.id
    and l.kind = 'solid' and l.valid_from <= :'day' and l.valid_until > :'day';

create view peer.pair with (security_invoker) as
  select r.id, r.partner_id
  from pair r
  where r.kind = 'manager' and exists (select from pair_episode s
    where s.organization_id = r.organization_id and s.pair_id = r.id
      and s.valid_from <= :'day' and s.valid_until > :'day');

create type peer.slot as (starts_at timestamptz, ends_at timestamptz);

create view peer.meeting with (security_invoker) as
  select m.id, m.pair_id, m.status, m.minutes, row(m.starts_at, m.ends_at)::peer.slot as slot,
    m.sort_at
  from meeting m
  where m.status in ('planned', 'scheduled') and m.sort_at >= now();

comment on view peer.person is
  E'@primaryKey id\n@foreignKey (manager_id) references peer.person (id)|@fieldName manager|@foreignFieldName reports';
comment on view peer.pair is
  E'@primaryKey id\n@unique partner_id\n@foreignKey (partner_id) references peer.person (id)|@fieldName partner|@foreignFieldName managerPair';
comment on view peer.meeting is
  E'@primaryKey id\n@foreignKey (pair_id) references peer.pair (id)|@fieldName pair|@foreignFieldName nextMeetings';

grant select on all tables in schema peer to taiwa_app;
