//! Reminders that were given or left out.

crate::migration!("m20261126_000050_reminders", TABLES, tenant: ["reminder"], shared: []);

const TABLES: &str = "
-- What was decided of a reminder: once for a meeting or an action, a person, a kind and the time
-- that it is about. `skipped` says why it was left out; none = it was given.
create table reminder (
  organization_id {uuid} not null,
  id {uuid} not null,
  subject_id {uuid} not null,
  person_id {uuid} not null,
  kind text not null,
  about_at {instant} not null,
  skipped text,
  created_at {instant} not null,
  primary key (organization_id, id),
  unique (organization_id, subject_id, person_id, kind, about_at),
  foreign key (organization_id, person_id) references person (organization_id, id)
);
create index reminder_about on reminder (organization_id, about_at);
create index action_item_due on action_item (organization_id, sort_on, id) where state = 'open';
";
