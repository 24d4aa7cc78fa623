//! Organizations, routing, jobs, tokens, roles, idempotency, uploads.

use sea_orm_migration::prelude::*;

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m20261122_000001_platform"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::tenant::role(manager).await?;
        crate::dialect::run(manager, TABLES).await?;
        crate::tenant::policy(manager, "organization", "id").await?;
        crate::tenant::isolate(
            manager,
            &["role_assignment", "access_token", "idempotency_key", "upload", "status_look"],
        )
        .await?;
        crate::tenant::share(manager, &["routing", "job"]).await
    }
}

const TABLES: &str = "
create table organization (
  id {uuid} not null primary key,
  key text not null unique,
  name text not null,
  time_zone text not null,
  locale text not null,
  fiscal_year_start_month {int} not null,
  revision {long} not null,
  created_at {instant} not null
);

-- What must be found before the tenant is known: organization keys, feed secrets.
create table routing (
  kind text not null,
  lookup_hash {bytes} not null,
  organization_id {uuid} not null references organization (id),
  subject_id {uuid} not null,
  primary key (kind, lookup_hash)
);
create index routing_subject on routing (organization_id, kind, subject_id);

-- Claims only: what a job does is read from the tenant's own tables by its subject.
create table job (
  id {uuid} not null primary key,
  organization_id {uuid} not null references organization (id),
  kind text not null,
  subject_id {uuid} not null,
  run_at {instant} not null,
  lease_until {instant},
  attempts {int} not null,
  progress_done {long} not null,
  progress_total {long} not null,
  created_at {instant} not null,
  done_at {instant},
  failed_at {instant},
  error_code text
);
create index job_due on job (run_at, id) where done_at is null;
create index job_of_organization on job (organization_id, id);

create table role_assignment (
  organization_id {uuid} not null references organization (id),
  id {uuid} not null,
  person_id {uuid} not null,
  role text not null,
  created_at {instant} not null,
  primary key (organization_id, id),
  unique (organization_id, person_id, role)
);

create table access_token (
  organization_id {uuid} not null references organization (id),
  id {uuid} not null,
  person_id {uuid} not null,
  expires_at {instant} not null,
  revoked_at {instant},
  created_at {instant} not null,
  primary key (organization_id, id)
);

create table idempotency_key (
  organization_id {uuid} not null references organization (id),
  caller_id {uuid} not null,
  key text not null,
  operation text not null,
  input_hash {bytes} not null,
  payload text not null,
  created_at {instant} not null,
  primary key (organization_id, caller_id, key)
);

create table upload (
  organization_id {uuid} not null references organization (id),
  id {uuid} not null,
  file_name text,
  content {bytes} not null,
  created_by {uuid} not null,
  created_at {instant} not null,
  expires_at {instant} not null,
  primary key (organization_id, id)
);

-- Every look at someone's status by a third person, visible to those looked at.
create table status_look (
  organization_id {uuid} not null references organization (id),
  id {uuid} not null,
  viewer_id {uuid} not null,
  pair_id {uuid} not null,
  day {date} not null,
  looked_at {instant} not null,
  primary key (organization_id, id),
  unique (organization_id, viewer_id, pair_id, day)
);
create index status_look_pair on status_look (organization_id, pair_id, id);
";
