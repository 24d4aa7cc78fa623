//! Minutes: the shared record of one meeting, its history, and what it begins with.

mod history;
mod template;

use serde::{Deserialize, Serialize};

pub use history::{Entry, SESSION, Version, fold, versions};
pub use template::{BuiltIn, BuiltInTemplate, built_in};

/// What kind of shared type the document is, and what things are called in it. Chosen when the
/// minutes are made; editors of another kind cannot read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MinutesShape {
    /// Rich text with Tiptap's names.
    Tiptap,
    /// Rich text with the names of ProseMirror's basic schema.
    Prosemirror,
    /// Markdown as plain text.
    Text,
}
