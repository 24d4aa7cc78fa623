//! Content negotiation: what may be sent to us, and what the client wants back.

use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::refusal::Refusal;

/// A media type of GraphQL responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Media {
    /// `application/graphql-response+json`: the status code means what it says.
    GraphqlResponse,
    /// `application/json`: a well-formed request is answered 200, its errors in the body.
    Json,
    /// `text/event-stream`: the answers of one operation, one after the other.
    EventStream,
}

impl Media {
    pub(super) fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
            Self::EventStream => "text/event-stream; charset=utf-8",
        })
    }

    /// The status of a well-formed request whose document cannot be executed.
    pub(super) fn request_error_status(self) -> StatusCode {
        match self {
            Self::GraphqlResponse => StatusCode::BAD_REQUEST,
            Self::Json | Self::EventStream => StatusCode::OK,
        }
    }

    /// What the client prefers. Without a preference (no header, a wildcard) it is plain JSON,
    /// which every client reads; between equals it is the type made for GraphQL.
    pub(super) fn negotiate(headers: &HeaderMap) -> Result<Self, Refusal> {
        let mut response: Option<f32> = None;
        let mut json: Option<f32> = None;
        let mut events: Option<f32> = None;
        let mut wildcard: Option<f32> = None;
        let mut asked = false;
        for value in headers.get_all(header::ACCEPT) {
            let Ok(value) = value.to_str() else { continue };
            for range in value.split(',') {
                let mut parts = range.split(';');
                let name = parts.next().unwrap_or_default().trim();
                if name.is_empty() {
                    continue;
                }
                asked = true;
                let quality = quality(parts);
                let slot = match name {
                    n if n.eq_ignore_ascii_case("application/graphql-response+json") => {
                        &mut response
                    }
                    n if n.eq_ignore_ascii_case("application/json") => &mut json,
                    n if n.eq_ignore_ascii_case("text/event-stream") => &mut events,
                    n if n == "*/*" || n.eq_ignore_ascii_case("application/*") => &mut wildcard,
                    _ => continue,
                };
                *slot = Some(slot.map_or(quality, |seen| seen.max(quality)));
            }
        }
        if !asked {
            return Ok(Self::Json);
        }
        let events = events.unwrap_or(0.0);
        if events > 0.0 && [response, json].into_iter().flatten().all(|other| other < events) {
            return Ok(Self::EventStream);
        }
        let json = json.or(wildcard).unwrap_or(0.0);
        // A wildcard alone asks for nothing in particular: it does not count for this one.
        let response = response.unwrap_or(0.0);
        if response > 0.0 && response >= json {
            Ok(Self::GraphqlResponse)
        } else if json > 0.0 {
            Ok(Self::Json)
        } else {
            Err(Refusal::not_acceptable())
        }
    }
}

fn quality<'a>(parameters: impl Iterator<Item = &'a str>) -> f32 {
    for parameter in parameters {
        if let Some((name, value)) = parameter.split_once('=')
            && name.trim().eq_ignore_ascii_case("q")
        {
            return value.trim().parse().ok().filter(|q| (0.0..=1.0).contains(q)).unwrap_or(0.0);
        }
    }
    1.0
}

/// Refuses every body but uncompressed UTF-8 JSON. A form or a plain text, which a page of any
/// origin may send without a preflight, never reaches the executor.
pub(super) fn require_json(headers: &HeaderMap) -> Result<(), Refusal> {
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (types.next(), types.next()) else {
        return Err(Refusal::unsupported_media_type());
    };
    let value = value.to_str().map_err(|_| Refusal::unsupported_media_type())?;
    let mut parts = value.split(';');
    let json =
        parts.next().is_some_and(|name| name.trim().eq_ignore_ascii_case("application/json"));
    let utf8 = parts.all(|parameter| match parameter.split_once('=') {
        Some((name, charset)) if name.trim().eq_ignore_ascii_case("charset") => {
            charset.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    });
    let plain = headers
        .get_all(header::CONTENT_ENCODING)
        .iter()
        .all(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"identity"));
    if json && utf8 && plain { Ok(()) } else { Err(Refusal::unsupported_media_type()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn negotiated(accept: &str) -> Option<Media> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_str(accept).unwrap());
        Media::negotiate(&headers).ok()
    }

    #[test]
    fn the_client_chooses() {
        use Media::{EventStream, GraphqlResponse, Json};
        assert_eq!(Media::negotiate(&HeaderMap::new()).ok(), Some(Json));
        for (accept, expected) in [
            ("*/*", Some(Json)),
            ("application/*", Some(Json)),
            ("application/json", Some(Json)),
            ("application/graphql-response+json", Some(GraphqlResponse)),
            ("application/graphql-response+json, application/json;q=0.9", Some(GraphqlResponse)),
            ("application/json, application/graphql-response+json", Some(GraphqlResponse)),
            ("application/json, application/graphql-response+json;q=0.5", Some(Json)),
            ("application/graphql-response+json;q=0, */*", Some(Json)),
            ("Application/JSON; charset=utf-8", Some(Json)),
            ("text/html, */*;q=0.1", Some(Json)),
            ("text/event-stream", Some(EventStream)),
            ("text/event-stream, */*", Some(EventStream)),
            ("text/event-stream;q=0.5, application/json", Some(Json)),
            ("application/json, text/event-stream", Some(Json)),
            ("text/html", None),
            ("application/json;q=0", None),
            ("application/json;q=nonsense", None),
        ] {
            assert_eq!(negotiated(accept), expected, "{accept}");
        }
    }

    #[test]
    fn only_utf8_json_comes_in() {
        for (value, accepted) in [
            ("application/json", true),
            ("application/json; charset=utf-8", true),
            ("application/json;charset=\"UTF-8\"", true),
            ("application/json; charset=shift_jis", false),
            ("application/jsonp", false),
            ("text/plain", false),
            ("application/x-www-form-urlencoded", false),
            ("multipart/form-data; boundary=x", false),
            ("application/graphql", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(value));
            assert_eq!(require_json(&headers).is_ok(), accepted, "{value}");
        }
        assert!(require_json(&HeaderMap::new()).is_err());
    }

    #[test]
    fn compressed_bodies_stay_outside() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        assert!(require_json(&headers).is_err());
    }
}
