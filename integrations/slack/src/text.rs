//! A message as Slack's text.

use std::fmt::Write;

use taiwa_domain::{notice::Message, organization::Locale};

/// The three signs that mean something in Slack's text.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

pub(crate) fn of(message: &Message) -> String {
    let (preferences, stop) = match message.to.locale {
        Locale::Ja => ("お知らせの設定", "受け取りをやめる："),
        Locale::En => ("What you are told", "Stop "),
    };
    let mut out = String::new();
    for line in &message.lines {
        let _ = writeln!(out, "{}\n<{}>", escape(&line.text), escape(&line.link));
    }
    let _ = write!(
        out,
        "_{}_ <{}|{preferences}>",
        escape(&message.footer),
        escape(&message.preferences)
    );
    for it in &message.stops {
        let _ = write!(out, " · <{}|{stop}{}>", escape(&it.link), escape(&it.kind));
    }
    out
}
