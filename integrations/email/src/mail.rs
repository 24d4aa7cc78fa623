//! A message as a mail: text, and the same as plain HTML.

use std::fmt::Write;

use lettre::{
    Address, Message as Mail,
    message::{
        Mailbox, MultiPart,
        header::{Header, HeaderName, HeaderValue},
    },
};
use taiwa_domain::{
    notice::{Message, NotifyError},
    organization::Locale,
};

macro_rules! headers {
    ($($(#[$doc:meta])* $type:ident $name:literal)*) => {$(
        $(#[$doc])*
        #[derive(Clone)]
        struct $type(String);

        impl Header for $type {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($name)
            }

            fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
                Ok(Self(text.to_owned()))
            }

            fn display(&self) -> HeaderValue {
                // Checked to be printable ASCII: there is nothing to encode, and what has no space
                // cannot be folded.
                HeaderValue::dangerous_new_pre_encoded(Self::name(), self.0.clone(), self.0.clone())
            }
        }
    )*};
}

headers! {
    /// Where one request stops this (RFC 2369).
    ListUnsubscribe "List-Unsubscribe"
    /// That a POST does it (RFC 8058).
    ListUnsubscribePost "List-Unsubscribe-Post"
    /// No person wrote it, and none is to answer by machine (RFC 3834).
    AutoSubmitted "Auto-Submitted"
}

/// Writes a mail. What would end a line of its head becomes a space.
pub(crate) fn write(message: &Message, from: &Mailbox) -> Result<Mail, NotifyError> {
    let address: Address = message.to.address.parse().map_err(|_| NotifyError::NoSuchAddress)?;
    let to = Mailbox::new(Some(one_line(&message.to.name)), address);
    // Under the sender's domain: the same message has the same name, whoever sends it again.
    let id = format!("<{}@{}>", message.id.simple(), from.email.domain());
    let mut builder = Mail::builder()
        .from(from.clone())
        .to(to)
        .subject(one_line(&message.subject))
        .message_id(Some(id))
        .header(AutoSubmitted("auto-generated".to_owned()));
    let stop = &message.stop_all;
    if stop.starts_with("http") && stop.bytes().all(|it| it.is_ascii_graphic() && it != b'>') {
        builder = builder
            .header(ListUnsubscribe(format!("<{stop}>")))
            .header(ListUnsubscribePost("List-Unsubscribe=One-Click".to_owned()));
    }
    builder
        .multipart(MultiPart::alternative_plain_html(text(message), html(message)))
        .map_err(|_| NotifyError::Refused("it cannot be written as a mail"))
}

fn one_line(text: &str) -> String {
    text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect()
}

/// Fixed words of a mail: what the links do.
fn labels(locale: Locale) -> (&'static str, &'static str) {
    match locale {
        Locale::Ja => ("お知らせの設定", "受け取りをやめる："),
        Locale::En => ("What you are told", "Stop "),
    }
}

fn text(message: &Message) -> String {
    let (preferences, stop) = labels(message.to.locale);
    let mut out = String::new();
    for line in &message.lines {
        let _ = writeln!(out, "{}\n{}\n", line.text, line.link);
    }
    let _ = writeln!(out, "-- \n{}\n{preferences}: {}", message.footer, message.preferences);
    for it in &message.stops {
        let _ = writeln!(out, "{stop}{}: {}", it.kind, it.link);
    }
    out
}

fn html(message: &Message) -> String {
    let (preferences, stop) = labels(message.to.locale);
    let language = match message.to.locale {
        Locale::Ja => "ja",
        Locale::En => "en",
    };
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\"></head><body>\n"
    );
    for line in &message.lines {
        let (link, text) = (escape(&line.link), escape(&line.text));
        let _ = writeln!(out, "<p>{text}<br>\n<a href=\"{link}\">{link}</a></p>");
    }
    let (footer, link) = (escape(&message.footer), escape(&message.preferences));
    let _ = writeln!(out, "<hr>\n<p><small>{footer}<br>\n<a href=\"{link}\">{preferences}</a>");
    for it in &message.stops {
        let (kind, link) = (escape(&it.kind), escape(&it.link));
        let _ = writeln!(out, "<br>\n<a href=\"{link}\">{stop}{kind}</a>");
    }
    out.push_str("</small></p>\n</body></html>\n");
    out
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}
