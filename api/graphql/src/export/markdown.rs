//! An export as people read it.

use std::fmt::Write;

use serde_json::Value as Json;
use taiwa_domain::organization::Locale;

use super::Piece;

/// Writes pieces as Markdown, as they come, in one language.
pub struct Markdown {
    locale: Locale,
    open: Option<&'static str>,
}

impl Markdown {
    /// In the language of whom it is for.
    pub fn new(locale: Locale) -> Self {
        Self { locale, open: None }
    }

    fn word(&self, ja: &'static str, en: &'static str) -> &'static str {
        match self.locale {
            Locale::Ja => ja,
            Locale::En => en,
        }
    }

    /// The text of a piece.
    pub fn piece(&mut self, piece: Piece) -> String {
        let mut out = String::new();
        match piece {
            Piece::Person(person) => {
                let title = self.word("1on1の記録", "1on1 records");
                line(&mut out, &format!("# {title}: {}", plain(&person["displayName"])));
            }
            Piece::Pair(pair) => self.pair(&mut out, &pair),
            Piece::Own(name, rows) => {
                if self.open != Some(name) && !rows.is_empty() {
                    self.open = Some(name);
                    line(&mut out, &format!("## {}", self.title(name)));
                }
                for row in rows {
                    self.own(&mut out, name, &row);
                }
            }
        }
        out
    }

    fn title(&self, name: &str) -> &'static str {
        match name {
            "privateNotes" => self.word("自分だけのメモ", "Private notes"),
            "talkBalances" => self.word("話す割合のふりかえり", "Talk balance"),
            _ => self.word("状況を見た人", "Who looked at the status"),
        }
    }

    fn pair(&self, out: &mut String, pair: &Json) {
        let [organizer, partner] =
            ["organizer", "partner"].map(|who| plain(&pair[who]["displayName"]));
        line(out, &format!("## {organizer} × {partner}"));
        let declared = plain(&pair["safety"]["declaredText"]["text"]);
        if !declared.is_empty() {
            quote(out, &declared);
        }
        self.items(out, self.word("これから話すこと", "Still to talk about"), &pair["openItems"]);
        for meeting in list(&pair["meetings"]) {
            self.meeting(out, meeting);
        }
        self.actions(out, &pair["actions"]);
        let parts = [
            ("fact", self.word("事実", "Fact")),
            ("feeling", self.word("感じたこと", "Feeling")),
            ("proposal", self.word("提案", "Proposal")),
            ("question", self.word("問いかけ", "Question back")),
            ("reply", self.word("返信", "Reply")),
        ];
        self.notes(out, self.word("フィードバック", "Feedback"), &pair["feedback"], &parts);
        let parts = [
            ("happened", self.word("起きたこと", "What happened")),
            ("nextTime", self.word("次はどうするか", "What next time")),
        ];
        self.notes(out, self.word("学びのメモ", "Learning notes"), &pair["learningNotes"], &parts);
    }

    fn meeting(&self, out: &mut String, meeting: &Json) {
        let discussed: Vec<&Json> =
            list(&meeting["agenda"]).iter().filter(|it| it["state"] != "OPEN").collect();
        let minutes = plain(&meeting["sharedMinutes"]["markdown"]);
        if discussed.is_empty() && minutes.is_empty() {
            return;
        }
        let starts = plain(&meeting["slot"]["startsAt"]);
        let when = if starts.is_empty() { plain(&meeting["dueWeek"]) } else { starts };
        line(out, &format!("### {when}"));
        for item in discussed {
            item_line(out, item);
        }
        if !minutes.is_empty() {
            line(out, &format!("#### {}", self.word("議事録", "Minutes")));
            quote(out, &minutes);
        }
    }

    fn items(&self, out: &mut String, title: &str, items: &Json) {
        if list(items).is_empty() {
            return;
        }
        line(out, &format!("### {title}"));
        for item in list(items) {
            item_line(out, item);
        }
    }

    fn actions(&self, out: &mut String, actions: &Json) {
        if list(actions).is_empty() {
            return;
        }
        line(out, &format!("### {}", self.word("アクション", "Actions")));
        for it in list(actions) {
            let done = if it["state"] == "OPEN" { " " } else { "x" };
            let due = plain(&it["dueOn"]);
            let due = if due.is_empty() { due } else { format!(" ({due})") };
            let _ = writeln!(
                out,
                "- [{done}] {} — {}{due}",
                one_line(&it["text"]),
                plain(&it["owner"]["displayName"])
            );
        }
        out.push('\n');
    }

    fn notes(&self, out: &mut String, title: &str, notes: &Json, parts: &[(&str, &str)]) {
        if list(notes).is_empty() {
            return;
        }
        line(out, &format!("### {title}"));
        for it in list(notes) {
            line(
                out,
                &format!(
                    "#### {} — {}",
                    plain(&it["createdAt"]),
                    plain(&it["author"]["displayName"])
                ),
            );
            for (name, label) in parts {
                let text = plain(&it[name]);
                if !text.is_empty() {
                    line(out, &format!("**{label}**"));
                    quote(out, &text);
                }
            }
        }
    }

    fn own(&self, out: &mut String, name: &str, row: &Json) {
        match name {
            "privateNotes" => {
                line(out, &format!("### {}", plain(&row["updatedAt"])));
                let text = plain(&row["text"]);
                // What a client sealed by itself is opened by that client alone.
                let text = if text.is_empty() { plain(&row["ciphertext"]) } else { text };
                quote(out, &text);
            }
            "talkBalances" => {
                line(out, &format!("### {}", plain(&row["updatedAt"])));
                let _ = writeln!(out, "- {} %\n", row["ownPercent"]);
                let text = plain(&row["text"]);
                if !text.is_empty() {
                    quote(out, &text);
                }
            }
            _ => {
                let (who, when) = (plain(&row["viewer"]["displayName"]), plain(&row["lookedAt"]));
                let _ = writeln!(out, "- {when} — {who}");
            }
        }
    }
}

fn list(value: &Json) -> &[Json] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn plain(value: &Json) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn one_line(value: &Json) -> String {
    plain(value).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn line(out: &mut String, text: &str) {
    let _ = writeln!(out, "{text}\n");
}

/// Somebody's words, kept apart from the document's own headings.
fn quote(out: &mut String, text: &str) {
    for row in text.lines() {
        let _ = writeln!(out, "> {row}");
    }
    out.push('\n');
}

fn item_line(out: &mut String, item: &Json) {
    let _ =
        writeln!(out, "- {} — {}", one_line(&item["text"]), plain(&item["author"]["displayName"]));
    for comment in list(&item["comments"]) {
        let _ = writeln!(
            out,
            "  - {} — {}",
            one_line(&comment["text"]),
            plain(&comment["author"]["displayName"])
        );
    }
    out.push('\n');
}
