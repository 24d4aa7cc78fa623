//! An organization's Slack.

crate::migration!("m20261126_000052_slack", TABLES, tenant: ["slack_connection"], shared: []);

const TABLES: &str = "
-- One an organization: its bot's token, sealed. `trouble` since when Slack does not accept it.
create table slack_connection (
  organization_id {uuid} not null references organization (id),
  token {bytes} not null,
  connected_by {uuid},
  connected_at {instant} not null,
  trouble_since {instant},
  primary key (organization_id)
);
";
