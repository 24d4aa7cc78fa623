//! The built-in calendar: busy time and holds per person, and the private feeds.

crate::migration!(
    "m20261122_000004_calendar",
    TABLES,
    tenant: ["calendar_block", "calendar_feed"],
    shared: []
);

const TABLES: &str = "
create table calendar_block (
  organization_id {uuid} not null,
  id {uuid} not null,
  person_id {uuid} not null,
  kind text not null,
  source text not null,
  uid text not null,
  starts_at {instant} not null,
  ends_at {instant} not null,
  meeting_id {uuid},
  sequence {int} not null,
  updated_at {instant} not null,
  primary key (organization_id, id),
  foreign key (organization_id, person_id) references person (organization_id, id),
  foreign key (organization_id, meeting_id) references meeting (organization_id, id),
  check (starts_at < ends_at)
);
create index calendar_block_person on calendar_block (organization_id, person_id, ends_at);
create unique index calendar_block_hold on calendar_block (organization_id, meeting_id, person_id) where meeting_id is not null;

create table calendar_feed (
  organization_id {uuid} not null,
  person_id {uuid} not null,
  rotated_at {instant} not null,
  primary key (organization_id, person_id),
  foreign key (organization_id, person_id) references person (organization_id, id)
);
";
