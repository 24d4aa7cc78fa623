//! One document.

use std::{
    mem::ManuallyDrop,
    panic::{AssertUnwindSafe, catch_unwind},
};

use yrs::{
    Doc, GetString, OffsetKind, Options, ReadTxn, StateVector, Text, Transact, TransactionMut,
    Update, WriteTxn, XmlFragment, XmlOut,
    updates::{decoder::Decode, encoder::Encode},
};

use crate::{
    Checked, Limits, Shape, dialect,
    diff::{Step, steps},
    tree::{self, Node},
    update::{Span, state_vector, walk},
    wire::Malformed,
};

/// The name of the root that editors bind to: `doc.getXmlFragment("default")` or
/// `doc.getText("default")`. It is what Tiptap uses unless told otherwise.
pub const ROOT: &str = "default";

/// Bytes of updates that are kept beside what a document was made of, at least.
const LOOSE: usize = 64 << 10;

/// Why an update was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is none.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// The document would be too large.
    #[error("the document would be too large")]
    TooLarge,
    /// Too many updates wait for others that never came.
    #[error("too many updates wait for others")]
    Waiting,
}

/// Two people's shared text: updates in any order, any number of times, lead to the same.
///
/// An update that is refused leaves the document as it was.
pub struct Document {
    shape: Shape,
    limits: Limits,
    doc: Doc,
    /// What it was made of, from which it is made again after an update that broke it.
    base: Vec<u8>,
    since: Vec<Checked>,
    since_bytes: usize,
    waiting: usize,
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document").field("shape", &self.shape).field("size", &self.size()).finish()
    }
}

fn fresh(shape: Shape, client: Option<u64>) -> Doc {
    let mut options = Options { offset_kind: OffsetKind::Utf16, ..Options::default() };
    if let Some(client) = client {
        options.client_id = yrs::ClientID::new(client & ((1 << 53) - 1));
    }
    let doc = Doc::with_options(options);
    match shape {
        Shape::Text => drop(doc.get_or_insert_text(ROOT)),
        Shape::Tiptap | Shape::ProseMirror => drop(doc.get_or_insert_xml_fragment(ROOT)),
    }
    doc
}

/// Runs `work` in a transaction and survives its panic: then the document is not to be used any
/// more, and what it holds is leaked rather than touched.
fn guarded<T>(doc: &Doc, work: impl FnOnce(&mut TransactionMut<'_>) -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(|| {
        // Not dropped by unwinding: dropping commits, and a second panic would end the process.
        let mut transaction = ManuallyDrop::new(doc.transact_mut());
        let done = work(&mut transaction);
        drop(ManuallyDrop::into_inner(transaction));
        done
    }))
    .ok()
}

impl Document {
    /// An empty one.
    pub fn new(shape: Shape, limits: Limits) -> Self {
        Self {
            shape,
            limits,
            doc: fresh(shape, None),
            base: Update::EMPTY_V1.to_vec(),
            since: Vec::new(),
            since_bytes: 0,
            waiting: 0,
        }
    }

    /// One that is made of what was stored.
    ///
    /// # Errors
    ///
    /// When something stored is no update.
    pub fn restore<'a>(
        shape: Shape,
        limits: Limits,
        updates: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Self, Malformed> {
        let mut it = Self::new(shape, limits);
        let merged = crate::merge(updates.into_iter().chain([Update::EMPTY_V1]))?;
        let update = Update::decode_v1(&merged).map_err(|_| Malformed("update"))?;
        guarded(&it.doc, |transaction| transaction.apply_update(update))
            .and_then(|applied| applied.ok())
            .ok_or(Malformed("update"))?;
        it.base = merged;
        Ok(it)
    }

    /// Bytes that it takes, at most.
    fn size(&self) -> usize {
        self.base.len() + self.since_bytes
    }

    /// Its shape.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// Takes an update. Returns whether it said anything new.
    ///
    /// # Errors
    ///
    /// When it cannot be taken; the document is as it was.
    pub fn apply(&mut self, update: &Checked) -> Result<bool, Refused> {
        let decoded = update.decode()?;
        if self.size() + update.bytes().len() > self.limits.document {
            self.rebase();
            if self.size() + update.bytes().len() > self.limits.document {
                return Err(Refused::TooLarge);
            }
        }
        // `yrs` was made for honest updates: one that is not can make it panic in the middle, or
        // nest what was shallow so far. The way back is what the document was made of.
        let taken = guarded(&self.doc, |transaction| {
            transaction.apply_update(decoded).ok()?;
            Some((transaction.has_changes(), transaction.has_missing_updates()))
        });
        let outcome = match taken.flatten() {
            None => Err(Refused::Malformed(Malformed("update"))),
            Some(_) if !self.is_shallow() => Err(Refused::Malformed(Malformed("depth"))),
            Some((_, true)) if self.waiting >= self.limits.waiting => Err(Refused::Waiting),
            Some((changed, missing)) => {
                self.waiting = if missing { self.waiting + 1 } else { 0 };
                Ok(changed || missing)
            }
        };
        match outcome {
            Ok(false) => {}
            Ok(true) => {
                self.since.push(update.clone());
                self.since_bytes += update.bytes().len();
                // Amortised: encoding is as much work as the document is large.
                if self.since_bytes > self.base.len() + LOOSE {
                    self.rebase();
                }
            }
            Err(_) => self.back(),
        }
        outcome
    }

    fn rebase(&mut self) {
        self.base = self.encode();
        self.since.clear();
        self.since_bytes = 0;
    }

    fn back(&mut self) {
        let doc = fresh(self.shape, None);
        let parts = [self.base.as_slice()].into_iter();
        for part in parts.chain(self.since.iter().map(Checked::bytes)) {
            if let Ok(update) = Update::decode_v1(part) {
                guarded(&doc, |transaction| transaction.apply_update(update));
            }
        }
        // Perhaps in pieces: forgotten, not dropped.
        std::mem::forget(std::mem::replace(&mut self.doc, doc));
    }

    fn is_shallow(&self) -> bool {
        if self.shape == Shape::Text {
            return true;
        }
        let root = self.doc.get_or_insert_xml_fragment(ROOT);
        let transaction = self.doc.transact();
        let mut level: Vec<XmlOut> = root.children(&transaction).collect();
        for _ in 0..self.limits.depth {
            let elements = level.into_iter().filter_map(XmlOut::into_xml_element);
            level = elements.flat_map(|it| it.children(&transaction).collect::<Vec<_>>()).collect();
            if level.is_empty() {
                return true;
            }
        }
        false
    }

    /// What it has seen, for [`Message::SyncStep1`](crate::Message::SyncStep1).
    pub fn state_vector(&self) -> Vec<u8> {
        self.doc.transact().state_vector().encode_v1()
    }

    /// What somebody with this state vector lacks.
    ///
    /// # Errors
    ///
    /// When the state vector is none.
    pub fn missing(&self, state_vector: &[u8]) -> Result<Vec<u8>, Malformed> {
        let normal = self::state_vector(state_vector)?;
        let vector = StateVector::decode_v1(&normal).map_err(|_| Malformed("state vector"))?;
        Ok(self.doc.transact().encode_state_as_update_v1(&vector))
    }

    /// All of it, as one update: what was deleted is no longer in it.
    pub fn encode(&self) -> Vec<u8> {
        self.doc.transact().encode_state_as_update_v1(&StateVector::default())
    }

    /// As Markdown.
    pub fn markdown(&self) -> String {
        match self.shape {
            Shape::Text => self.text(),
            shape => crate::markdown::write(
                &self.nodes().iter().filter_map(|it| dialect::block(it, shape)).collect::<Vec<_>>(),
            ),
        }
    }

    /// Makes the document say what `markdown` says, by the smallest change: what others write
    /// meanwhile stays. Returns the change as an update by a client that never existed before;
    /// nothing where nothing differs.
    ///
    /// # Errors
    ///
    /// When it would be too large.
    pub fn write_markdown(
        &mut self,
        markdown: &str,
        client: u64,
    ) -> Result<Option<Checked>, Refused> {
        if markdown.len() > self.limits.document / 4 {
            return Err(Refused::TooLarge);
        }
        match self.shape {
            Shape::Text => self.edit(client, |transaction| {
                let text = transaction.get_or_insert_text(ROOT);
                let old = text.get_string(transaction);
                rewrite(&text, transaction, &old, markdown);
            }),
            shape => {
                let old = self.nodes();
                let new = dialect::aligned(&old, &crate::markdown::read(markdown), shape);
                self.replace(client, &old, &new)
            }
        }
    }

    /// Makes the document say what `other` says, as a new change that others can see and undo.
    ///
    /// # Errors
    ///
    /// When it would be too large.
    pub fn adopt(&mut self, other: &Self, client: u64) -> Result<Option<Checked>, Refused> {
        match self.shape {
            Shape::Text => {
                let new = other.text();
                self.edit(client, |transaction| {
                    let text = transaction.get_or_insert_text(ROOT);
                    let old = text.get_string(transaction);
                    rewrite(&text, transaction, &old, &new);
                })
            }
            _ => self.replace(client, &self.nodes(), &other.nodes()),
        }
    }

    fn replace(
        &mut self,
        client: u64,
        old: &[Node],
        new: &[Node],
    ) -> Result<Option<Checked>, Refused> {
        self.edit(client, |transaction| {
            let root = transaction.get_or_insert_xml_fragment(ROOT);
            tree::change(&root, transaction, old, new);
        })
    }

    fn nodes(&self) -> Vec<Node> {
        let root = self.doc.get_or_insert_xml_fragment(ROOT);
        let transaction = self.doc.transact();
        tree::read(&root, &transaction, self.limits.depth)
    }

    fn text(&self) -> String {
        let root = self.doc.get_or_insert_text(ROOT);
        root.get_string(&self.doc.transact())
    }

    /// Edits a copy as `client`, then takes what came of it like any other update.
    fn edit(
        &mut self,
        client: u64,
        work: impl FnOnce(&mut TransactionMut<'_>),
    ) -> Result<Option<Checked>, Refused> {
        let doc = fresh(self.shape, Some(client));
        let state = Update::decode_v1(&self.encode()).map_err(|_| Malformed("update"))?;
        let broken = Refused::Malformed(Malformed("document"));
        guarded(&doc, |transaction| transaction.apply_update(state)).ok_or(broken)?.ok();
        let update = guarded(&doc, |transaction| {
            work(transaction);
            transaction.encode_update_v1()
        })
        .ok_or(broken)?;
        let walked = walk(&update)?;
        if walked.spans.is_empty() && walked.deleted.is_empty() {
            return Ok(None);
        }
        let update = Checked::new(update, &self.limits)?;
        self.apply(&update)?;
        Ok(Some(update))
    }

    /// Everything that was ever written in it, whoever wrote it.
    pub fn spans(&self) -> Vec<Span> {
        walk(&self.encode()).map(|walked| walked.spans).unwrap_or_default()
    }
}

/// By lines, and inside of lines by characters: lines that others are in stay theirs.
fn rewrite(text: &yrs::TextRef, transaction: &mut TransactionMut<'_>, old: &str, new: &str) {
    let (old, new): (Vec<_>, Vec<_>) =
        (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let length = |text: &str| text.encode_utf16().count() as u32;
    let mut at = 0;
    for step in steps(&old, &new) {
        let (a, b) = match step {
            Step::Keep(lines, _) => {
                at += old[lines].iter().map(|it| length(it)).sum::<u32>();
                continue;
            }
            Step::Replace(a, b) => (old[a].concat(), new[b].concat()),
        };
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        for step in steps(&a, &b) {
            match step {
                Step::Keep(range, _) => at += length(&String::from_iter(&a[range])),
                Step::Replace(gone, come) => {
                    let gone = length(&String::from_iter(&a[gone]));
                    if gone > 0 {
                        text.remove_range(transaction, at, gone);
                    }
                    let come = String::from_iter(&b[come]);
                    if !come.is_empty() {
                        text.insert(transaction, at, &come);
                    }
                    at += length(&come);
                }
            }
        }
    }
}
