//! Figures: what is counted of meetings, spans that were closed, and the cells published of them.

crate::migration!(
    "m20261125_000031_insight",
    TABLES,
    tenant: ["insight_tally", "insight_release", "insight_cell"],
    shared: []
);

const TABLES: &str = "
-- What is counted of a meeting, by its id, where its people were on its day. Follows the meeting
-- until its week is closed, and is never touched again.
create table insight_tally (
  organization_id {uuid} not null,
  id {uuid} not null,
  pair_id {uuid} not null,
  manager_id {uuid} not null,
  report_id {uuid} not null,
  department_id {uuid},
  week {date} not null,
  fate text not null,
  reason text,
  displaced_by text,
  primary key (organization_id, id),
  foreign key (organization_id, id) references meeting (organization_id, id)
);
create index insight_tally_week on insight_tally (organization_id, week);

-- A span that is being counted, was closed with cells, or was closed without.
create table insight_release (
  organization_id {uuid} not null references organization (id),
  id {uuid} not null,
  kind text not null,
  starts_on {date} not null,
  ends_before {date} not null,
  state text not null,
  parts text not null,
  managers {int},
  managers_met {int},
  closed_at {instant},
  primary key (organization_id, id),
  unique (organization_id, kind, starts_on)
);

-- A published sum. Its name and place in the tree are those of the time.
create table insight_cell (
  organization_id {uuid} not null,
  id {uuid} not null,
  release_id {uuid} not null,
  kind text not null,
  starts_on {date} not null,
  ends_before {date} not null,
  scope text not null,
  department_id {uuid},
  name text,
  sort text not null,
  figures text not null,
  primary key (organization_id, id),
  foreign key (organization_id, release_id) references insight_release (organization_id, id)
);
create index insight_cell_span on insight_cell (organization_id, kind, starts_on, sort);
create index insight_cell_department on insight_cell (organization_id, department_id, kind, starts_on);
";
