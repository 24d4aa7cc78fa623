//! Notices on their ways out, and what people want to be told.

crate::migration!(
    "m20261126_000051_deliveries",
    TABLES,
    tenant: ["notice_delivery", "notice_preference", "refused_address"],
    shared: []
);

const TABLES: &str = "
-- One notice on one way. Those that go out as one message share its id, given before the first try:
-- what is sent again is then the same message.
create table notice_delivery (
  organization_id {uuid} not null,
  id {uuid} not null,
  notice_id {uuid} not null,
  person_id {uuid} not null,
  way text not null,
  state text not null,
  reason text,
  message_id {uuid},
  expires_at {instant} not null,
  created_at {instant} not null,
  updated_at {instant} not null,
  primary key (organization_id, id),
  unique (organization_id, notice_id, way),
  foreign key (organization_id, notice_id) references notice (organization_id, id),
  foreign key (organization_id, person_id) references person (organization_id, id)
);
create index notice_delivery_waiting on notice_delivery (organization_id, person_id, id) where state = 'waiting';
create index notice_delivery_counted on notice_delivery (organization_id, created_at, way, state);

-- What a person chose: by kind the ways, as JSON; quiet hours as minutes of the day.
create table notice_preference (
  organization_id {uuid} not null,
  person_id {uuid} not null,
  ways text not null,
  quiet_from {int},
  quiet_until {int},
  version {long} not null,
  updated_at {instant} not null,
  primary key (organization_id, person_id),
  foreign key (organization_id, person_id) references person (organization_id, id)
);

-- An address at which there was nobody: not written to again while it is fresh and still theirs.
create table refused_address (
  organization_id {uuid} not null,
  person_id {uuid} not null,
  way text not null,
  address text not null,
  refused_at {instant} not null,
  primary key (organization_id, person_id, way),
  foreign key (organization_id, person_id) references person (organization_id, id)
);
";
