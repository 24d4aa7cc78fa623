//! Pairs, cadence policies, reserved windows, plans, series and meetings.

crate::migration!(
    "m20261122_000003_one_on_ones",
    TABLES,
    tenant: [
        "pair", "pair_episode", "pair_request", "cadence_policy", "reserved_window", "plan",
        "series", "meeting",
    ],
    shared: []
);

const TABLES: &str = "
-- One row per (kind, person, person) for ever; when they meet is in the episodes.
create table pair (
  organization_id {uuid} not null,
  id {uuid} not null,
  kind text not null,
  organizer_id {uuid} not null,
  partner_id {uuid} not null,
  created_at {instant} not null,
  primary key (organization_id, id),
  unique (organization_id, kind, organizer_id, partner_id),
  foreign key (organization_id, organizer_id) references person (organization_id, id),
  foreign key (organization_id, partner_id) references person (organization_id, id),
  check (organizer_id <> partner_id)
);
create index pair_partner on pair (organization_id, partner_id);

create table pair_episode (
  organization_id {uuid} not null,
  id {uuid} not null,
  pair_id {uuid} not null,
  valid_from {date} not null,
  valid_until {date} not null,
  primary key (organization_id, id),
  foreign key (organization_id, pair_id) references pair (organization_id, id)
);
create unique index pair_episode_from on pair_episode (organization_id, pair_id, valid_from);

-- A pair made by hand needs both people.
create table pair_request (
  organization_id {uuid} not null,
  id {uuid} not null,
  kind text not null,
  organizer_id {uuid} not null,
  partner_id {uuid} not null,
  requested_by {uuid} not null,
  starts_on {date} not null,
  organizer_accepted_at {instant},
  partner_accepted_at {instant},
  declined_at {instant},
  pair_id {uuid},
  created_at {instant} not null,
  primary key (organization_id, id),
  foreign key (organization_id, organizer_id) references person (organization_id, id),
  foreign key (organization_id, partner_id) references person (organization_id, id)
);
create index pair_request_organizer on pair_request (organization_id, organizer_id);
create index pair_request_partner on pair_request (organization_id, partner_id);

create table cadence_policy (
  organization_id {uuid} not null references organization (id),
  id {uuid} not null,
  scope text not null,
  department_id {uuid},
  pair_id {uuid},
  pair_kind text not null,
  every_weeks {int},
  minutes {int} not null,
  buffer_minutes {int} not null,
  min_spacing_days {int},
  windows text,
  preferred text,
  reason text not null,
  valid_from {date} not null,
  valid_until {date} not null,
  created_by {uuid},
  created_at {instant} not null,
  version {long} not null,
  primary key (organization_id, id),
  foreign key (organization_id, department_id) references department (organization_id, id),
  foreign key (organization_id, pair_id) references pair (organization_id, id)
);
create index cadence_policy_scope on cadence_policy (organization_id, scope, valid_from);

create table reserved_window (
  organization_id {uuid} not null references organization (id),
  id {uuid} not null,
  department_id {uuid},
  name text not null,
  weekday {int} not null,
  starts text not null,
  ends text not null,
  exclusive boolean not null,
  valid_from {date} not null,
  valid_until {date} not null,
  primary key (organization_id, id),
  foreign key (organization_id, department_id) references department (organization_id, id)
);

create table plan (
  organization_id {uuid} not null references organization (id),
  id {uuid} not null,
  state text not null,
  starts_on {date} not null,
  weeks {int} not null,
  hash text not null,
  facts_hash text not null,
  summary text not null,
  body {bytes} not null,
  created_by {uuid},
  created_at {instant} not null,
  applied_at {instant},
  primary key (organization_id, id)
);

-- The standing weekday and time of a pair; its phase is told by a Monday on which it is due.
create table series (
  organization_id {uuid} not null,
  pair_id {uuid} not null,
  weekday {int} not null,
  starts text not null,
  zone text not null,
  anchor {date} not null,
  every_weeks {int},
  phase {int} not null,
  updated_at {instant} not null,
  primary key (organization_id, pair_id),
  foreign key (organization_id, pair_id) references pair (organization_id, id)
);

-- An occurrence is known by the Monday of the week in which it is due, wherever it is placed.
create table meeting (
  organization_id {uuid} not null,
  id {uuid} not null,
  pair_id {uuid} not null,
  due_week {date} not null,
  starts_at {instant},
  ends_at {instant},
  sort_at {instant} not null,
  minutes {int} not null,
  buffer_minutes {int} not null,
  status text not null,
  skip_reason text,
  pinned boolean not null,
  cost {long} not null,
  plan_id {uuid},
  version {long} not null,
  updated_at {instant} not null,
  primary key (organization_id, id),
  unique (organization_id, pair_id, due_week),
  foreign key (organization_id, pair_id) references pair (organization_id, id)
);
create index meeting_pair on meeting (organization_id, pair_id, sort_at, id);
create index meeting_time on meeting (organization_id, sort_at, id);
create index meeting_due on meeting (organization_id, due_week);
create index meeting_skipped on meeting (organization_id, id) where status = 'skipped';
create index meeting_planned on meeting (organization_id, id) where status = 'planned';
";
