//! An organization's own questions and templates for agendas. They are configuration, written for
//! everybody in the organization to read: not content, so not sealed.

crate::migration!(
    "m20261125_000011_library",
    TABLES,
    tenant: ["library_question", "agenda_template"],
    shared: []
);

const TABLES: &str = "
create table library_question (
  organization_id {uuid} not null references organization (id),
  id {uuid} not null,
  situation text not null,
  asked_by text not null,
  hoped text not null,
  ja text not null,
  en text not null,
  version {long} not null,
  retired_at {instant},
  created_at {instant} not null,
  updated_at {instant} not null,
  primary key (organization_id, id)
);

-- Questions are named in their order: shipped ones stand in no table.
create table agenda_template (
  organization_id {uuid} not null references organization (id),
  id {uuid} not null,
  situation text not null,
  ja text not null,
  en text not null,
  questions text not null,
  version {long} not null,
  retired_at {instant},
  created_at {instant} not null,
  updated_at {instant} not null,
  primary key (organization_id, id)
);
";
