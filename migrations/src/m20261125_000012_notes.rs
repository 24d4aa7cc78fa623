//! Notes and feedback, and the safety declaration.

crate::migration!(
    "m20261125_000012_notes",
    TABLES,
    tenant: ["note", "safety_text", "safety_declaration"],
    shared: []
);

const TABLES: &str = "
-- What one keeps is sealed by one's own key, what two share by the pair's. Whose a note is about is
-- told by its pair and meeting; both may be none.
create table note (
  organization_id {uuid} not null,
  id {uuid} not null,
  kind text not null,
  author_id {uuid} not null,
  pair_id {uuid},
  meeting_id {uuid},
  body {bytes} not null,
  reply {bytes},
  replied_at {instant},
  version {long} not null,
  created_at {instant} not null,
  updated_at {instant} not null,
  primary key (organization_id, id),
  foreign key (organization_id, author_id) references person (organization_id, id),
  foreign key (organization_id, pair_id) references pair (organization_id, id),
  foreign key (organization_id, meeting_id) references meeting (organization_id, id)
);
create index note_author on note (organization_id, author_id, kind, id);
create index note_pair on note (organization_id, pair_id, kind, id) where pair_id is not null;
-- One self-check of talking a person and meeting.
create unique index note_talk_balance on note (organization_id, meeting_id, author_id) where kind = 'talk_balance';

-- Versions of an organization's own; a shipped one stands in no table.
create table safety_text (
  organization_id {uuid} not null references organization (id),
  id {uuid} not null,
  version {long} not null,
  ja text not null,
  en text not null,
  created_at {instant} not null,
  primary key (organization_id, id),
  unique (organization_id, version)
);

create table safety_declaration (
  organization_id {uuid} not null,
  id {uuid} not null,
  pair_id {uuid} not null,
  text_id {uuid} not null,
  declared_at {instant} not null,
  acknowledged_at {instant},
  primary key (organization_id, id),
  unique (organization_id, pair_id, text_id),
  foreign key (organization_id, pair_id) references pair (organization_id, id)
);
";
