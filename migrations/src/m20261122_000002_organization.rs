//! Persons, departments, assignments, reporting lines, imports.

crate::migration!(
    "m20261122_000002_organization",
    TABLES,
    tenant: [
        "person", "person_profile", "employment", "leave_of_absence", "department",
        "department_version", "assignment", "reporting_line", "organization_holiday", "org_import",
    ],
    shared: []
);

const TABLES: &str = "
create table person (
  organization_id {uuid} not null references organization (id),
  id {uuid} not null,
  number text not null,
  created_at {instant} not null,
  primary key (organization_id, id),
  unique (organization_id, number)
);

create table person_profile (
  organization_id {uuid} not null,
  id {uuid} not null,
  person_id {uuid} not null,
  valid_from {date} not null,
  valid_until {date} not null,
  family_name text not null,
  given_name text not null,
  family_kana text,
  given_kana text,
  business_name text,
  display_name text not null,
  search_text text not null,
  email text,
  email_key text,
  employment_type text not null,
  zone text not null,
  locale text not null,
  hours text not null,
  work_style text not null,
  primary key (organization_id, id),
  foreign key (organization_id, person_id) references person (organization_id, id)
);
create unique index person_profile_from on person_profile (organization_id, person_id, valid_from);
create index person_profile_email on person_profile (organization_id, email_key);

create table employment (
  organization_id {uuid} not null,
  id {uuid} not null,
  person_id {uuid} not null,
  valid_from {date} not null,
  valid_until {date} not null,
  primary key (organization_id, id),
  foreign key (organization_id, person_id) references person (organization_id, id)
);
create unique index employment_from on employment (organization_id, person_id, valid_from);

create table leave_of_absence (
  organization_id {uuid} not null,
  id {uuid} not null,
  person_id {uuid} not null,
  valid_from {date} not null,
  valid_until {date} not null,
  primary key (organization_id, id),
  foreign key (organization_id, person_id) references person (organization_id, id)
);
create index leave_person on leave_of_absence (organization_id, person_id, valid_from);

create table department (
  organization_id {uuid} not null references organization (id),
  id {uuid} not null,
  created_at {instant} not null,
  primary key (organization_id, id)
);

create table department_version (
  organization_id {uuid} not null,
  id {uuid} not null,
  department_id {uuid} not null,
  code text,
  name text not null,
  parent_id {uuid},
  valid_from {date} not null,
  valid_until {date} not null,
  primary key (organization_id, id),
  foreign key (organization_id, department_id) references department (organization_id, id),
  foreign key (organization_id, parent_id) references department (organization_id, id)
);
create unique index department_version_from on department_version (organization_id, department_id, valid_from);
create index department_version_parent on department_version (organization_id, parent_id, valid_from);

create table assignment (
  organization_id {uuid} not null,
  id {uuid} not null,
  person_id {uuid} not null,
  department_id {uuid} not null,
  position text,
  is_primary boolean not null,
  valid_from {date} not null,
  valid_until {date} not null,
  primary key (organization_id, id),
  foreign key (organization_id, person_id) references person (organization_id, id),
  foreign key (organization_id, department_id) references department (organization_id, id)
);
create index assignment_person on assignment (organization_id, person_id, valid_from);
create index assignment_department on assignment (organization_id, department_id, valid_from);

create table reporting_line (
  organization_id {uuid} not null,
  id {uuid} not null,
  report_id {uuid} not null,
  manager_id {uuid} not null,
  kind text not null,
  valid_from {date} not null,
  valid_until {date} not null,
  primary key (organization_id, id),
  foreign key (organization_id, report_id) references person (organization_id, id),
  foreign key (organization_id, manager_id) references person (organization_id, id),
  check (report_id <> manager_id)
);
create index reporting_line_report on reporting_line (organization_id, report_id, valid_from);
create index reporting_line_manager on reporting_line (organization_id, manager_id, kind, report_id);

create table organization_holiday (
  organization_id {uuid} not null references organization (id),
  id {uuid} not null,
  day {date} not null,
  name text not null,
  primary key (organization_id, id),
  unique (organization_id, day)
);

create table org_import (
  organization_id {uuid} not null references organization (id),
  id {uuid} not null,
  state text not null,
  file_name text,
  plan_hash text not null,
  revision {long} not null,
  options text not null,
  summary text not null,
  plan {bytes} not null,
  created_by {uuid},
  created_at {instant} not null,
  applied_at {instant},
  primary key (organization_id, id)
);
";
