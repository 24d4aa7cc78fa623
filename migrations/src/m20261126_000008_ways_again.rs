//! Ways from a person to their tokens and questions, and to the jobs that are shown or waiting
//! among all that were ever done. Channels that were given up are no longer kept.

crate::migration!("m20261126_000008_ways_again", INDEXES, tenant: [], shared: []);

const INDEXES: &str = "
drop index job_of_organization;
create index job_shown on job (organization_id, id) where not single;
create index job_waiting on job (organization_id, kind, subject_id) where done_at is null;
create index access_token_person on access_token (organization_id, person_id);
create index consent_request_person on consent_request (organization_id, person_id);
drop index calendar_channel_open;
alter table calendar_channel drop column stopped_at;
";
