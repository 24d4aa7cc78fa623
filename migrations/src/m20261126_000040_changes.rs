//! What people are told has changed: each has a list of their own.

crate::migration!(
    "m20261126_000040_changes",
    TABLES,
    tenant: ["change_head", "change"],
    shared: []
);

const TABLES: &str = "
-- How far a person's list is. Whoever adds to the list holds this row until the change is
-- committed: a later number never comes to stand before an earlier one.
create table change_head (
  organization_id {uuid} not null,
  person_id {uuid} not null,
  sequence {long} not null,
  primary key (organization_id, person_id),
  foreign key (organization_id, person_id) references person (organization_id, id)
);

-- The list: numbered by person without gaps, ids and codes only, gone after a day. What it names is
-- looked up by whoever reads it, and may be gone by then.
create table change (
  organization_id {uuid} not null,
  person_id {uuid} not null,
  sequence {long} not null,
  kind text not null,
  pair_id {uuid},
  meeting_id {uuid},
  subject_id {uuid},
  created_at {instant} not null,
  primary key (organization_id, person_id, sequence),
  foreign key (organization_id, person_id) references change_head (organization_id, person_id)
);
create index change_age on change (organization_id, created_at);
";
