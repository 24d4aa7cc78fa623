//! What a change of a whole person or organization leaves to do lets what people wait for go first.

crate::migration!("m20261126_000077_behind", COLUMN, tenant: [], shared: []);

const COLUMN: &str = "
alter table job add column behind boolean not null default false;
drop index job_due;
create index job_due on job (behind, run_at, id) where done_at is null;
";
