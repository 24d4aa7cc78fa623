//! The data keys of content, wrapped by the key ring.

crate::migration!("m20261125_000006_content", TABLES, tenant: ["content_key"], shared: []);

const TABLES: &str = "
-- Of a pair or a person, whose id it has. One that was shredded stays without its key, so that
-- no second one is made for what can no longer be read.
create table content_key (
  organization_id {uuid} not null,
  id {uuid} not null,
  keeper text not null,
  wrapped {bytes},
  created_at {instant} not null,
  shredded_at {instant},
  primary key (organization_id, id)
);
";
