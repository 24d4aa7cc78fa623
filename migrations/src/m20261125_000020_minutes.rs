//! Minutes: documents, what was written in them (sealed), and the tickets that open sockets.

crate::migration!(
    "m20261125_000020_minutes",
    TABLES,
    tenant: [
        "minutes", "minutes_update", "minutes_snapshot", "minutes_template", "socket_ticket",
    ],
    shared: []
);

const TABLES: &str = "
-- One document a meeting. Its sequence counts what was written in it.
create table minutes (
  organization_id {uuid} not null,
  id {uuid} not null,
  meeting_id {uuid} not null,
  pair_id {uuid} not null,
  shape text not null,
  sequence {long} not null,
  created_by {uuid} not null,
  created_at {instant} not null,
  updated_at {instant} not null,
  primary key (organization_id, id),
  unique (organization_id, meeting_id),
  foreign key (organization_id, meeting_id) references meeting (organization_id, id),
  foreign key (organization_id, pair_id) references pair (organization_id, id)
);

-- What was written, sealed, by the person on whose connection it came; none where several people's
-- were folded into one.
create table minutes_update (
  organization_id {uuid} not null,
  id {uuid} not null,
  minutes_id {uuid} not null,
  sequence {long} not null,
  author_id {uuid},
  content {bytes} not null,
  created_at {instant} not null,
  primary key (organization_id, id),
  unique (organization_id, minutes_id, sequence),
  foreign key (organization_id, minutes_id) references minutes (organization_id, id)
);

-- The whole of a document up to a sequence, sealed, with who wrote what: opening it reads this and
-- what came after. At most one each.
create table minutes_snapshot (
  organization_id {uuid} not null,
  id {uuid} not null,
  minutes_id {uuid} not null,
  sequence {long} not null,
  content {bytes} not null,
  created_at {instant} not null,
  primary key (organization_id, id),
  unique (organization_id, minutes_id),
  foreign key (organization_id, minutes_id) references minutes (organization_id, id)
);

-- The organization's own templates: configuration, nothing that was said.
create table minutes_template (
  organization_id {uuid} not null,
  id {uuid} not null,
  name text not null,
  markdown text not null,
  retired_at {instant},
  created_by {uuid},
  created_at {instant} not null,
  version {long} not null,
  primary key (organization_id, id)
);

-- Opens one socket once. Found by its secret through routing, which keeps a hash.
create table socket_ticket (
  organization_id {uuid} not null,
  id {uuid} not null,
  person_id {uuid} not null,
  token_id {uuid} not null,
  token_expires_at {instant} not null,
  expires_at {instant} not null,
  primary key (organization_id, id),
  foreign key (organization_id, person_id) references person (organization_id, id)
);
create index socket_ticket_person on socket_ticket (organization_id, person_id);
";
