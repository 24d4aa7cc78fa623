//! The tables of talking points and actions.

crate::entity::entities! {
    agenda_item "agenda_item" {
        pair_id: Uuid, author_id: Uuid, position: i64, hoped: String, text: Vec<u8>,
        shared_at: Option<DateTime<Utc>>, state: String, discussed_in: Option<Uuid>,
        closed_at: Option<DateTime<Utc>>, carried_from: Option<Uuid>, version: i64,
        created_at: DateTime<Utc>, updated_at: DateTime<Utc>,
    }
    agenda_comment "agenda_comment" {
        item_id: Uuid, pair_id: Uuid, author_id: Uuid, text: Vec<u8>, version: i64,
        created_at: DateTime<Utc>, edited_at: Option<DateTime<Utc>>,
    }
    action_item "action_item" {
        pair_id: Uuid, owner_id: Uuid, author_id: Uuid, text: Vec<u8>, due_on: Option<NaiveDate>,
        sort_on: NaiveDate, state: String, closed_at: Option<DateTime<Utc>>,
        item_id: Option<Uuid>, meeting_id: Option<Uuid>, carried_from: Option<Uuid>,
        version: i64, created_at: DateTime<Utc>, updated_at: DateTime<Utc>,
    }
}
