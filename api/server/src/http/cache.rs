//! Checked documents kept parsed, found by the SHA-256 of their text.
//!
//! Two generations of half the size each: what is used moves to the young one, and when that is
//! full the old one is dropped. So what is used survives, a flood of documents that nobody asks
//! for again does not, and a lookup is one hash lookup under a short lock.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::document::Document;

/// Longer texts are parsed anew each time: a few of them would push out everything else.
const MAX_TEXT: usize = 32 * 1024;
/// Text kept in one generation. Parsed, it takes some fifteen times as much memory.
const GENERATION_TEXT: usize = 1024 * 1024;

/// The SHA-256 of a document's text, which is also how clients name persisted queries.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Key([u8; 32]);

impl Key {
    /// The key of a text.
    pub(super) fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// Reads the 64 hexadecimal digits of a persisted query's hash.
    pub(super) fn from_hex(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return None;
        }
        let mut key = [0; 32];
        for (byte, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
            let digit = |d: u8| char::from(d).to_digit(16);
            *byte = u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()?;
        }
        Some(Self(key))
    }
}

/// A bounded cache of documents.
pub(super) struct DocumentCache {
    generations: Mutex<Generations>,
    generation_size: usize,
}

#[derive(Default)]
struct Generations {
    young: HashMap<Key, Entry>,
    old: HashMap<Key, Entry>,
    young_text: usize,
}

struct Entry {
    document: Arc<Document>,
    text: usize,
}

impl DocumentCache {
    /// A cache of at most `size` documents.
    pub(super) fn new(size: usize) -> Self {
        Self { generations: Mutex::default(), generation_size: size.div_ceil(2) }
    }

    /// The document of this key, if it is here.
    pub(super) fn get(&self, key: Key) -> Option<Arc<Document>> {
        let mut generations = self.lock();
        if let Some(entry) = generations.young.get(&key) {
            return Some(Arc::clone(&entry.document));
        }
        let entry = generations.old.remove(&key)?;
        let document = Arc::clone(&entry.document);
        self.put(&mut generations, key, entry);
        Some(document)
    }

    /// Keeps a document whose text is `text` bytes long.
    pub(super) fn insert(&self, key: Key, document: Arc<Document>, text: usize) {
        if text <= MAX_TEXT && self.generation_size > 0 {
            self.put(&mut self.lock(), key, Entry { document, text });
        }
    }

    fn put(&self, generations: &mut Generations, key: Key, entry: Entry) {
        let full = generations.young.len() >= self.generation_size
            || generations.young_text + entry.text > GENERATION_TEXT;
        if full {
            generations.old = std::mem::take(&mut generations.young);
            generations.young_text = 0;
        }
        generations.young_text += entry.text;
        if let Some(replaced) = generations.young.insert(key, entry) {
            generations.young_text -= replaced.text;
        }
    }

    /// A panic elsewhere cannot leave the maps half changed, so a poisoned lock is still good.
    fn lock(&self) -> std::sync::MutexGuard<'_, Generations> {
        self.generations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::super::options::HttpOptions;
    use super::*;

    fn document(text: &str) -> Arc<Document> {
        Arc::new(Document::prepare(text, &HttpOptions::default()).unwrap())
    }

    fn held(cache: &DocumentCache) -> usize {
        let generations = cache.lock();
        generations.young.len() + generations.old.len()
    }

    #[test]
    fn what_is_used_stays_and_the_rest_goes() {
        let cache = DocumentCache::new(10);
        let hot = Key::of("{ hot }");
        cache.insert(hot, document("{ hot }"), 7);
        for i in 0..200 {
            let text = format!("{{ cold{i} }}");
            cache.insert(Key::of(&text), document(&text), text.len());
            assert!(cache.get(hot).is_some(), "lost after {i}");
            assert!(held(&cache) <= 10);
        }
        assert!(cache.get(Key::of("{ cold1 }")).is_none());
    }

    #[test]
    fn a_lot_of_text_does_not_stay() {
        let cache = DocumentCache::new(1_000_000);
        let shared = document("{ a }");
        for i in 0..500 {
            cache.insert(Key::of(&i.to_string()), Arc::clone(&shared), MAX_TEXT);
            assert!(held(&cache) <= 2 * GENERATION_TEXT / MAX_TEXT);
        }
        cache.insert(Key::of("long"), shared, MAX_TEXT + 1);
        assert!(cache.get(Key::of("long")).is_none());
    }

    #[test]
    fn keys_read_as_hexadecimal() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert!(Key::from_hex(empty) == Some(Key::of("")));
        assert!(Key::from_hex(&empty.to_uppercase()) == Some(Key::of("")));
        assert!(Key::from_hex(&empty[1..]).is_none());
        assert!(Key::from_hex(&empty.replace('e', "g")).is_none());
    }
}
