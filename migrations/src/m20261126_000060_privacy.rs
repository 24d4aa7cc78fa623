//! How long content is kept, and ways to what is older.

crate::migration!("m20261126_000060_privacy", TABLES, tenant: ["retention_policy"], shared: []);

const TABLES: &str = "
create table retention_policy (
  organization_id {uuid} not null references organization (id),
  months {int},
  version {long} not null,
  updated_by {uuid},
  updated_at {instant} not null,
  primary key (organization_id)
);
create index agenda_item_closed on agenda_item (organization_id, closed_at) where closed_at is not null;
create index action_item_closed on action_item (organization_id, closed_at) where closed_at is not null;
create index action_item_item on action_item (organization_id, item_id) where item_id is not null;
create index agenda_item_author on agenda_item (organization_id, author_id);
create index note_updated on note (organization_id, updated_at);
create index minutes_pair on minutes (organization_id, pair_id);
alter table person add column erased_at {instant};
";
