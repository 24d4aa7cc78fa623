//! Tables as SeaORM sees them. Private to the crate: it takes and returns domain types.

/// Declares an entity keyed by `(organization_id, id)`, the key every tenant table has.
macro_rules! entities {
    ($($module:ident $table:literal { $($field:ident : $type:ty),* $(,)? })*) => {$(
        pub(crate) mod $module {
            #[allow(unused_imports)]
            use chrono::{DateTime, NaiveDate, Utc};
            use sea_orm::entity::prelude::*;
            use uuid::Uuid;

            #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub(crate) struct Model {
                #[sea_orm(primary_key, auto_increment = false)]
                pub(crate) organization_id: Uuid,
                #[sea_orm(primary_key, auto_increment = false)]
                pub(crate) id: Uuid,
                $(pub(crate) $field: $type,)*
            }

            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub(crate) enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        }
    )*};
}
pub(crate) use entities;

entities! {
    access_token "access_token" {
        person_id: Uuid, expires_at: DateTime<Utc>, revoked_at: Option<DateTime<Utc>>,
        created_at: DateTime<Utc>,
    }
    upload "upload" {
        file_name: Option<String>, content: Vec<u8>, created_by: Uuid,
        created_at: DateTime<Utc>, expires_at: DateTime<Utc>,
    }
    person "person" { number: String, created_at: DateTime<Utc> }
    person_profile "person_profile" {
        person_id: Uuid, valid_from: NaiveDate, valid_until: NaiveDate,
        family_name: String, given_name: String, family_kana: Option<String>,
        given_kana: Option<String>, business_name: Option<String>, display_name: String,
        search_text: String, email: Option<String>, email_key: Option<String>,
        employment_type: String, zone: String, locale: String, hours: String, work_style: String,
    }
    employment "employment" { person_id: Uuid, valid_from: NaiveDate, valid_until: NaiveDate }
    leave_of_absence "leave_of_absence" {
        person_id: Uuid, valid_from: NaiveDate, valid_until: NaiveDate,
    }
    department "department" { created_at: DateTime<Utc> }
    department_version "department_version" {
        department_id: Uuid, code: Option<String>, name: String, parent_id: Option<Uuid>,
        valid_from: NaiveDate, valid_until: NaiveDate,
    }
    assignment "assignment" {
        person_id: Uuid, department_id: Uuid, position: Option<String>, is_primary: bool,
        valid_from: NaiveDate, valid_until: NaiveDate,
    }
    reporting_line "reporting_line" {
        report_id: Uuid, manager_id: Uuid, kind: String, valid_from: NaiveDate,
        valid_until: NaiveDate,
    }
    org_import "org_import" {
        state: String, file_name: Option<String>, plan_hash: String, revision: i64,
        options: String, summary: String, plan: Vec<u8>, created_by: Option<Uuid>,
        created_at: DateTime<Utc>, applied_at: Option<DateTime<Utc>>,
    }
    pair "pair" {
        kind: String, organizer_id: Uuid, partner_id: Uuid, created_at: DateTime<Utc>,
    }
    pair_episode "pair_episode" { pair_id: Uuid, valid_from: NaiveDate, valid_until: NaiveDate }
    pair_request "pair_request" {
        kind: String, organizer_id: Uuid, partner_id: Uuid, requested_by: Uuid,
        starts_on: NaiveDate, organizer_accepted_at: Option<DateTime<Utc>>,
        partner_accepted_at: Option<DateTime<Utc>>, declined_at: Option<DateTime<Utc>>,
        pair_id: Option<Uuid>, created_at: DateTime<Utc>,
    }
    cadence_policy "cadence_policy" {
        scope: String, department_id: Option<Uuid>, pair_id: Option<Uuid>, pair_kind: String,
        every_weeks: Option<i32>, minutes: i32, buffer_minutes: i32,
        min_spacing_days: Option<i32>, windows: Option<String>, preferred: Option<String>,
        reason: String, valid_from: NaiveDate, valid_until: NaiveDate, created_by: Option<Uuid>,
        created_at: DateTime<Utc>, version: i64,
    }
    reserved_window "reserved_window" {
        department_id: Option<Uuid>, name: String, weekday: i32, starts: String, ends: String,
        exclusive: bool, valid_from: NaiveDate, valid_until: NaiveDate,
    }
    plan "plan" {
        state: String, starts_on: NaiveDate, weeks: i32, hash: String, facts_hash: String,
        summary: String, body: Vec<u8>, created_by: Option<Uuid>, created_at: DateTime<Utc>,
        applied_at: Option<DateTime<Utc>>,
    }
    meeting "meeting" {
        pair_id: Uuid, due_week: NaiveDate, starts_at: Option<DateTime<Utc>>,
        ends_at: Option<DateTime<Utc>>, sort_at: DateTime<Utc>, minutes: i32,
        buffer_minutes: i32, status: String, skip_reason: Option<String>, pinned: bool,
        cost: i64, plan_id: Option<Uuid>, version: i64, updated_at: DateTime<Utc>,
    }
    calendar_block "calendar_block" {
        person_id: Uuid, kind: String, source: String, uid: String, starts_at: DateTime<Utc>,
        ends_at: DateTime<Utc>, meeting_id: Option<Uuid>, sequence: i32,
        updated_at: DateTime<Utc>,
    }
    calendar_account "calendar_account" {
        person_id: Uuid, system: String, tenant: Option<String>, address: String,
        settings: String, secret: Vec<u8>, credential: Option<Vec<u8>>, state: String, trouble: Option<String>,
        instead: Option<String>, cursor: Option<String>, reading: i64,
        read_from: Option<DateTime<Utc>>, read_until: Option<DateTime<Utc>>,
        read_at: Option<DateTime<Utc>>, version: i64, created_at: DateTime<Utc>,
        updated_at: DateTime<Utc>,
    }
    calendar_channel "calendar_channel" {
        account_id: Uuid, token: Vec<u8>, resource: Option<String>, last_notice: i64,
        expires_at: Option<DateTime<Utc>>, created_at: DateTime<Utc>,
    }
    consent_request "consent_request" {
        person_id: Uuid, system: String, verifier: Vec<u8>, expires_at: DateTime<Utc>,
    }
    observed_event "observed_event" {
        account_id: Uuid, resource_key: String, event_key: String, uid: Option<String>,
        version: Option<String>, starts_at: DateTime<Utc>, ends_at: DateTime<Utc>, all_day: bool,
        state: String, opaque: bool, private: bool, organizer: bool, answer: Option<String>,
        guest: Option<String>, attendees: i32, recurring: bool,
        updated_at: Option<DateTime<Utc>>, reading: i64,
    }
    slot_block "slot_block" {
        meeting_id: Uuid, person_id: Uuid, account_id: Option<Uuid>, block: String, uid: String,
        starts_at: Option<DateTime<Utc>>, ends_at: Option<DateTime<Utc>>,
        version: Option<String>, replaced: Option<String>, sequence: i32, zone: String,
        place: Option<String>, updated_at: DateTime<Utc>,
    }
    guarded_slot "guarded_slot" {
        state: String, reason: Option<String>, interventions: i32, known: String,
        pending: Option<String>, displaced_by: Option<String>,
        displaced_at: Option<DateTime<Utc>>, version: i64, updated_at: DateTime<Utc>,
    }
    slot_event "slot_event" {
        meeting_id: Uuid, actor_id: Option<Uuid>, entry: String, created_at: DateTime<Utc>,
    }
    notice "notice" {
        person_id: Uuid, kind: String, meeting_id: Option<Uuid>, detail: String,
        created_at: DateTime<Utc>, seen_at: Option<DateTime<Utc>>,
    }
    notice_delivery "notice_delivery" {
        notice_id: Uuid, person_id: Uuid, way: String, state: String, reason: Option<String>,
        message_id: Option<Uuid>, expires_at: DateTime<Utc>, created_at: DateTime<Utc>,
        updated_at: DateTime<Utc>,
    }
    meeting_outcome "meeting_outcome" {
        organizer_word: Option<String>, organizer_reason: Option<String>,
        organizer_at: Option<DateTime<Utc>>, partner_word: Option<String>,
        partner_reason: Option<String>, partner_at: Option<DateTime<Utc>>,
        settles_at: Option<DateTime<Utc>>, called_off: Option<String>, updated_at: DateTime<Utc>,
    }
    insight_tally "insight_tally" {
        pair_id: Uuid, manager_id: Uuid, report_id: Uuid, department_id: Option<Uuid>,
        week: NaiveDate, fate: String, reason: Option<String>, displaced_by: Option<String>,
    }
    insight_release "insight_release" {
        kind: String, starts_on: NaiveDate, ends_before: NaiveDate, state: String, parts: String,
        managers: Option<i32>, managers_met: Option<i32>, closed_at: Option<DateTime<Utc>>,
    }
    insight_cell "insight_cell" {
        release_id: Uuid, kind: String, starts_on: NaiveDate, ends_before: NaiveDate,
        scope: String, department_id: Option<Uuid>, name: Option<String>, sort: String,
        figures: String,
    }
}

/// Standing series: keyed by the pair, one each.
pub(crate) mod series {
    use chrono::{DateTime, NaiveDate, Utc};
    use sea_orm::entity::prelude::*;
    use uuid::Uuid;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "series")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) organization_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) pair_id: Uuid,
        pub(crate) weekday: i32,
        pub(crate) starts: String,
        pub(crate) zone: String,
        pub(crate) anchor: NaiveDate,
        pub(crate) every_weeks: Option<i32>,
        pub(crate) phase: i32,
        pub(crate) updated_at: DateTime<Utc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
