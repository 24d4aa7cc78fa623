//! Multistatus answers (RFC 4918): what each resource says of itself.

use libdav::{PropertyName, names};
use roxmltree::{Document, Node};

use crate::{dav::normalised, error::Failure};

/// Longest address, version or place in the history that is taken, in bytes: they are stored.
pub(crate) const LONGEST: usize = 2_048;

/// A name that the server gave, if it is one that can be stored.
pub(crate) fn named(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty() && text.len() <= LONGEST).then(|| text.to_owned())
}

/// One resource in an answer.
pub(crate) struct Item<'a, 'input> {
    /// Its path, normalised.
    pub(crate) href: String,
    /// The status of the resource as a whole, where it has one.
    pub(crate) status: Option<u16>,
    properties: Vec<Node<'a, 'input>>,
}

/// The XML of an answer. Definitions of entities are refused by the parser.
pub(crate) fn parse(body: &[u8]) -> Result<Document<'_>, Failure> {
    let text = std::str::from_utf8(body).map_err(|_| Failure::Nonsense("it is no text"))?;
    Document::parse(text).map_err(|_| Failure::Nonsense("it is no XML"))
}

/// The resources of an answer.
pub(crate) fn items<'a, 'input>(
    document: &'a Document<'input>,
) -> Result<Vec<Item<'a, 'input>>, Failure> {
    let root = document.root_element();
    if root.tag_name().name() != "multistatus" {
        return Err(Failure::Nonsense("it is no multistatus"));
    }
    root.children().filter(|node| node.tag_name() == names::RESPONSE).map(Item::read).collect()
}

/// The sync token that an answer ends with.
pub(crate) fn sync_token(document: &Document<'_>) -> Option<String> {
    let mut children = document.root_element().children();
    let token = children.find(|node| node.tag_name() == names::SYNC_TOKEN)?;
    token.text().and_then(named)
}

impl<'a, 'input> Item<'a, 'input> {
    fn read(response: Node<'a, 'input>) -> Result<Self, Failure> {
        let child =
            |name: &PropertyName<'_, '_>| response.children().find(|node| node.tag_name() == *name);
        let href = child(&names::HREF).and_then(|node| node.text());
        let href = href.ok_or(Failure::Nonsense("a resource in it has no address"))?.trim();
        // Some servers write whole addresses.
        let path = match href.split_once("://") {
            Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
            None => href,
        };
        if path.len() > LONGEST {
            return Err(Failure::Nonsense("an address in it is too long"));
        }
        let mut properties = Vec::new();
        for propstat in response.children().filter(|node| node.tag_name() == names::PROPSTAT) {
            if status(propstat).is_none_or(|status| (200..300).contains(&status)) {
                let prop = propstat.children().filter(|node| node.tag_name() == names::PROP);
                properties.extend(prop.flat_map(|node| node.children()).filter(Node::is_element));
            }
        }
        Ok(Self { href: normalised(path)?, status: status(response), properties })
    }

    /// A property that it has.
    pub(crate) fn property(&self, name: &PropertyName<'_, '_>) -> Option<Node<'a, 'input>> {
        self.properties.iter().find(|node| node.tag_name() == *name).copied()
    }

    /// A property's text.
    pub(crate) fn text(&self, name: &PropertyName<'_, '_>) -> Option<String> {
        // Text may be cut into several nodes by CDATA.
        let node = self.property(name)?;
        let text: String = node.children().filter_map(|child| child.text()).collect();
        Some(text).filter(|text| !text.trim().is_empty())
    }

    /// The version that it names.
    pub(crate) fn etag(&self) -> Option<String> {
        named(&self.text(&names::GETETAG)?)
    }

    /// The addresses in a property.
    pub(crate) fn hrefs(&self, name: &PropertyName<'_, '_>) -> Vec<String> {
        let Some(node) = self.property(name) else { return Vec::new() };
        let hrefs = node.children().filter(|child| child.tag_name() == names::HREF);
        hrefs.filter_map(|href| href.text()).map(|text| text.trim().to_owned()).collect()
    }

    /// Whether a property has an element of a name in it.
    pub(crate) fn has(&self, name: &PropertyName<'_, '_>, inner: &str) -> bool {
        self.property(name).is_some_and(|node| {
            node.descendants().any(|n| n.is_element() && n.tag_name().name() == inner)
        })
    }
}

/// The status that a node says of itself.
fn status(node: Node<'_, '_>) -> Option<u16> {
    let line = node.children().find(|child| child.tag_name() == names::STATUS)?.text()?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_are_told_apart() {
        let body = br#"<?xml version="1.0"?><d:multistatus xmlns:d="DAV:">
            <d:response><d:href>/c%40l/a%20b.ics</d:href><d:propstat><d:prop>
              <d:getetag>"1"</d:getetag></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat>
              <d:propstat><d:prop><d:displayname/></d:prop><d:status>HTTP/1.1 404 Not Found</d:status>
            </d:propstat></d:response>
            <d:response><d:href>https://x.example/gone.ics</d:href>
              <d:status>HTTP/1.1 404 Not Found</d:status></d:response>
            <d:sync-token>t1</d:sync-token></d:multistatus>"#;
        let document = parse(body).expect("XML");
        let items = items(&document).expect("a multistatus");
        assert_eq!(items[0].href, "/c@l/a b.ics");
        assert_eq!(items[0].text(&names::GETETAG).as_deref(), Some("\"1\""));
        assert!(items[0].property(&names::DISPLAY_NAME).is_none());
        assert_eq!((items[1].href.as_str(), items[1].status), ("/gone.ics", Some(404)));
        assert_eq!(sync_token(&document).as_deref(), Some("t1"));
    }

    #[test]
    fn what_is_no_multistatus_is_refused() {
        for body in [
            &b"<html/>"[..],
            b"",
            b"\xff",
            format!(
                "<d:multistatus xmlns:d=\"DAV:\"><d:response><d:href>/{}</d:href></d:response>\
                 </d:multistatus>",
                "a".repeat(LONGEST)
            )
            .as_bytes(),
            b"<!DOCTYPE a [<!ENTITY b \"c\">]><d:multistatus xmlns:d=\"DAV:\">&b;</d:multistatus>",
        ] {
            assert!(parse(body).and_then(|d| items(&d).map(|_| ())).is_err());
        }
    }
}
