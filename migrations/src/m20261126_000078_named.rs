//! Blocks are found by the names of their events: what a human moved out of its weeks is known as
//! a 1on1 of ours where it stands.

crate::migration!("m20261126_000078_named", INDEX, tenant: [], shared: []);

const INDEX: &str = "
drop index slot_block_person;
create index slot_block_person on slot_block (organization_id, person_id, uid);
";
