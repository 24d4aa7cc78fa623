//! Holds are placed for the soonest meetings first.

crate::migration!("m20261126_000076_soonest_first", INDEX, tenant: [], shared: []);

const INDEX: &str = "
drop index meeting_planned;
create index meeting_planned on meeting (organization_id, sort_at, id) where status = 'planned';
";
