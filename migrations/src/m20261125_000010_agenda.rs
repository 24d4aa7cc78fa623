//! Talking points with their comments, and actions. They belong to pairs: no meeting holds any.

crate::migration!(
    "m20261125_000010_agenda",
    TABLES,
    tenant: ["agenda_item", "agenda_comment", "action_item"],
    shared: []
);

const TABLES: &str = "
-- Texts are sealed: a draft's by its author's key, all others by the pair's.
create table agenda_item (
  organization_id {uuid} not null,
  id {uuid} not null,
  pair_id {uuid} not null,
  author_id {uuid} not null,
  position {long} not null,
  hoped text not null,
  text {bytes} not null,
  shared_at {instant},
  state text not null,
  discussed_in {uuid},
  closed_at {instant},
  carried_from {uuid},
  version {long} not null,
  created_at {instant} not null,
  updated_at {instant} not null,
  primary key (organization_id, id),
  foreign key (organization_id, pair_id) references pair (organization_id, id),
  foreign key (organization_id, author_id) references person (organization_id, id),
  foreign key (organization_id, discussed_in) references meeting (organization_id, id),
  foreign key (organization_id, carried_from) references agenda_item (organization_id, id)
);
create index agenda_item_pair on agenda_item (organization_id, pair_id, position, id);
create index agenda_item_open on agenda_item (organization_id, pair_id, author_id) where state = 'open';
create index agenda_item_discussed on agenda_item (organization_id, discussed_in) where discussed_in is not null;
-- A talking point goes on in one place at most.
create unique index agenda_item_carried on agenda_item (organization_id, carried_from);

create table agenda_comment (
  organization_id {uuid} not null,
  id {uuid} not null,
  item_id {uuid} not null,
  pair_id {uuid} not null,
  author_id {uuid} not null,
  text {bytes} not null,
  created_at {instant} not null,
  primary key (organization_id, id),
  foreign key (organization_id, item_id) references agenda_item (organization_id, id),
  foreign key (organization_id, pair_id) references pair (organization_id, id),
  foreign key (organization_id, author_id) references person (organization_id, id)
);
create index agenda_comment_item on agenda_comment (organization_id, item_id, id);

create table action_item (
  organization_id {uuid} not null,
  id {uuid} not null,
  pair_id {uuid} not null,
  owner_id {uuid} not null,
  author_id {uuid} not null,
  text {bytes} not null,
  due_on {date},
  -- The due day, or the last of all days: pages need a key that is never missing.
  sort_on {date} not null,
  state text not null,
  closed_at {instant},
  item_id {uuid},
  meeting_id {uuid},
  carried_from {uuid},
  version {long} not null,
  created_at {instant} not null,
  updated_at {instant} not null,
  primary key (organization_id, id),
  foreign key (organization_id, pair_id) references pair (organization_id, id),
  foreign key (organization_id, owner_id) references person (organization_id, id),
  foreign key (organization_id, author_id) references person (organization_id, id),
  foreign key (organization_id, item_id) references agenda_item (organization_id, id),
  foreign key (organization_id, meeting_id) references meeting (organization_id, id),
  foreign key (organization_id, carried_from) references action_item (organization_id, id)
);
create index action_item_pair on action_item (organization_id, pair_id, sort_on, id);
create index action_item_owner on action_item (organization_id, owner_id, sort_on, id);
create index action_item_meeting on action_item (organization_id, meeting_id) where meeting_id is not null;
create unique index action_item_carried on action_item (organization_id, carried_from);
";
