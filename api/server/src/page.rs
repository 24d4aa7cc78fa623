//! The few pages that people see of the server itself: a title, a sentence, at most one button.

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use taiwa_domain::organization::Locale;

/// The one of our languages that the browser likes best (RFC 9110, 12.5.4).
pub(crate) fn locale(headers: &HeaderMap) -> Locale {
    let said = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let mut best = (0.0, Locale::default());
    for range in said.unwrap_or_default().split(',').take(20) {
        let (tag, weight) = range.split_once(";q=").unwrap_or((range, "1"));
        let weight = weight.trim().parse().unwrap_or(0.0_f32);
        let locale = match tag.trim().split('-').next() {
            Some(tag) if tag.eq_ignore_ascii_case("ja") => Locale::Ja,
            Some(tag) if tag.eq_ignore_ascii_case("en") => Locale::En,
            _ => continue,
        };
        if weight > best.0 {
            best = (weight, locale);
        }
    }
    best.1
}

/// What a page says. No text of it may come from outside.
pub(crate) struct Page<'a> {
    pub(crate) status: StatusCode,
    pub(crate) locale: Locale,
    pub(crate) title: &'a str,
    pub(crate) text: &'a str,
    /// A button that posts to the page's own address.
    pub(crate) button: Option<&'a str>,
}

impl IntoResponse for Page<'_> {
    fn into_response(self) -> Response {
        let Self { status, locale, title, text, button } = self;
        let language = match locale {
            Locale::Ja => "ja",
            Locale::En => "en",
        };
        let form = button.map_or_else(String::new, |label| {
            format!("<form method=\"post\"><button>{label}</button></form>")
        });
        let page = format!(
            "<!doctype html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"color-scheme\" content=\"light dark\">\
             <title>{title}</title></head><body><main><h1>{title}</h1><p>{text}</p>{form}</main></body></html>\n"
        );
        let policy = match button {
            Some(_) => {
                "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
            }
            None => {
                "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
            }
        };
        let headers = [
            (header::CACHE_CONTROL, "no-store"),
            (header::CONTENT_LANGUAGE, language),
            (header::VARY, "accept-language"),
            (header::CONTENT_SECURITY_POLICY, policy),
        ];
        (status, headers, Html(page)).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_speaks_the_browsers_language() {
        let of = |said: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, said.parse().unwrap());
            locale(&headers)
        };
        assert_eq!(of("ja"), Locale::Ja);
        assert_eq!(of("ja-JP, en;q=0.9"), Locale::Ja);
        assert_eq!(of("ja;q=0.5, en-GB;q=0.9"), Locale::En);
        assert_eq!(of("EN, ja"), Locale::En);
        assert_eq!(of("fr, *;q=0.1"), Locale::default());
        assert_eq!(of("en;q=0, ja;q=nan"), Locale::default());
        assert_eq!(locale(&HeaderMap::new()), Locale::default());
    }
}
