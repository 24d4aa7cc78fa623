//! Ways from one person to what is theirs, so that a decision about a slot costs the same in a
//! company of any size.

crate::migration!("m20261125_000007_ways", INDEXES, tenant: [], shared: []);

const INDEXES: &str = "
create index pair_organizer on pair (organization_id, organizer_id);
create index calendar_account_of on calendar_account (organization_id, person_id);
create index calendar_channel_open on calendar_channel (organization_id, account_id) where stopped_at is null;
";
