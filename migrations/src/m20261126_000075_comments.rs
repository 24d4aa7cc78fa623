//! What somebody said about a talking point can be mended.

crate::migration!("m20261126_000075_comments", COLUMNS, tenant: [], shared: []);

const COLUMNS: &str = "
alter table agenda_comment add column version {long} not null default 1;
alter table agenda_comment add column edited_at {instant};
";
