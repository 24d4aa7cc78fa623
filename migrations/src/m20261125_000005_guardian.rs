//! Connected calendars, what they show, what stands in them for meetings, and the guardian's
//! records.

crate::migration!(
    "m20261125_000005_guardian",
    TABLES,
    tenant: [
        "calendar_account", "calendar_channel", "consent_request", "observed_event", "slot_block",
        "guarded_slot", "slot_event", "notice", "guardian_policy", "defence_consent",
    ],
    shared: []
);

const TABLES: &str = "
-- A job that never waits twice: asked for again while it waits, it runs once; while it runs, once
-- more. Every claim counts up the fence.
alter table job add column single boolean not null default false;
alter table job add column fence {long} not null default 0;
alter table job add column again_at {instant};
create unique index job_single on job (organization_id, kind, subject_id) where done_at is null and single;

-- One calendar a person; a former one stays until what stands in it was cancelled.
create table calendar_account (
  organization_id {uuid} not null,
  id {uuid} not null,
  person_id {uuid} not null,
  system text not null,
  tenant text,
  address text not null,
  settings text not null,
  secret {bytes} not null,
  credential {bytes},
  state text not null,
  trouble text,
  instead text,
  cursor text,
  reading {long} not null,
  read_from {instant},
  read_until {instant},
  read_at {instant},
  version {long} not null,
  created_at {instant} not null,
  updated_at {instant} not null,
  primary key (organization_id, id),
  foreign key (organization_id, person_id) references person (organization_id, id)
);
create unique index calendar_account_person on calendar_account (organization_id, person_id) where state <> 'leaving';
create index calendar_account_address on calendar_account (organization_id, system, address);

-- A channel through which a provider tells of changes. Found by its name through routing.
create table calendar_channel (
  organization_id {uuid} not null,
  id {uuid} not null,
  account_id {uuid} not null,
  token {bytes} not null,
  resource text,
  last_notice {long} not null,
  expires_at {instant},
  stopped_at {instant},
  created_at {instant} not null,
  primary key (organization_id, id),
  foreign key (organization_id, account_id) references calendar_account (organization_id, id)
);
create index calendar_channel_account on calendar_channel (organization_id, account_id);

-- A consent that was asked for. Found by its state through routing.
create table consent_request (
  organization_id {uuid} not null,
  id {uuid} not null,
  person_id {uuid} not null,
  system text not null,
  verifier {bytes} not null,
  expires_at {instant} not null,
  primary key (organization_id, id),
  foreign key (organization_id, person_id) references person (organization_id, id)
);

-- What a calendar showed when last read; neither titles nor names nor places.
create table observed_event (
  organization_id {uuid} not null,
  id {uuid} not null,
  account_id {uuid} not null,
  resource_key text not null,
  event_key text not null,
  uid text,
  version text,
  starts_at {instant} not null,
  ends_at {instant} not null,
  all_day boolean not null,
  state text not null,
  opaque boolean not null,
  private boolean not null,
  organizer boolean not null,
  answer text,
  guest text,
  attendees {int} not null,
  recurring boolean not null,
  updated_at {instant},
  reading {long} not null,
  primary key (organization_id, id),
  foreign key (organization_id, account_id) references calendar_account (organization_id, id)
);
create index observed_event_time on observed_event (organization_id, account_id, ends_at);
create index observed_event_resource on observed_event (organization_id, account_id, resource_key);

-- What stands, or is to stand, for a meeting in one person's calendar.
create table slot_block (
  organization_id {uuid} not null,
  id {uuid} not null,
  meeting_id {uuid} not null,
  person_id {uuid} not null,
  account_id {uuid},
  block text not null,
  uid text not null,
  starts_at {instant},
  ends_at {instant},
  version text,
  replaced text,
  sequence {int} not null,
  zone text not null,
  place text,
  updated_at {instant} not null,
  primary key (organization_id, id),
  unique (organization_id, meeting_id, person_id),
  foreign key (organization_id, meeting_id) references meeting (organization_id, id),
  foreign key (organization_id, person_id) references person (organization_id, id),
  foreign key (organization_id, account_id) references calendar_account (organization_id, id)
);
create index slot_block_person on slot_block (organization_id, person_id);
create index slot_block_account on slot_block (organization_id, account_id) where account_id is not null;

-- Where the guardian stands with a meeting, by the meeting's id. No row = protected as planned.
create table guarded_slot (
  organization_id {uuid} not null,
  id {uuid} not null,
  state text not null,
  reason text,
  interventions {int} not null,
  known text not null,
  pending text,
  displaced_by text,
  displaced_at {instant},
  version {long} not null,
  updated_at {instant} not null,
  primary key (organization_id, id),
  foreign key (organization_id, id) references meeting (organization_id, id)
);
create index guarded_slot_displaced on guarded_slot (organization_id, displaced_at) where displaced_at is not null;

-- The history of a slot: codes, times and ids.
create table slot_event (
  organization_id {uuid} not null,
  id {uuid} not null,
  meeting_id {uuid} not null,
  actor_id {uuid},
  entry text not null,
  created_at {instant} not null,
  primary key (organization_id, id),
  foreign key (organization_id, meeting_id) references meeting (organization_id, id)
);
create index slot_event_meeting on slot_event (organization_id, meeting_id, id);

-- What a person is told: codes, times and ids.
create table notice (
  organization_id {uuid} not null,
  id {uuid} not null,
  person_id {uuid} not null,
  kind text not null,
  meeting_id {uuid},
  detail text not null,
  created_at {instant} not null,
  seen_at {instant},
  primary key (organization_id, id),
  foreign key (organization_id, person_id) references person (organization_id, id),
  foreign key (organization_id, meeting_id) references meeting (organization_id, id)
);
create index notice_person on notice (organization_id, person_id, id);

create table guardian_policy (
  organization_id {uuid} not null references organization (id),
  level text not null,
  freeze_minutes {int} not null,
  place text not null,
  version {long} not null,
  updated_by {uuid},
  updated_at {instant} not null,
  primary key (organization_id)
);

create table defence_consent (
  organization_id {uuid} not null,
  person_id {uuid} not null,
  level text not null,
  version {long} not null,
  updated_at {instant} not null,
  primary key (organization_id, person_id),
  foreign key (organization_id, person_id) references person (organization_id, id)
);
";
