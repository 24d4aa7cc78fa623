//! What the two people of a meeting say of it.

crate::migration!("m20261125_000030_held", TABLES, tenant: ["meeting_outcome"], shared: []);

const TABLES: &str = "
-- By the meeting's id: the words of its two people, and why one of them called it off.
create table meeting_outcome (
  organization_id {uuid} not null,
  id {uuid} not null,
  organizer_word text,
  organizer_reason text,
  organizer_at {instant},
  partner_word text,
  partner_reason text,
  partner_at {instant},
  settles_at {instant},
  called_off text,
  updated_at {instant} not null,
  primary key (organization_id, id),
  foreign key (organization_id, id) references meeting (organization_id, id)
);
";
