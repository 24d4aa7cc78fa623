//! Documents: merging, writing, restoring, and updates that nobody should send.

use std::collections::BTreeMap;

use proptest::prelude::*;
use taiwa_yjs::{
    Attribution, Checked, Document, Limits, Message, ROOT, Refused, Shape, characters,
};
use uuid::Uuid;
use yrs::{
    Any, Doc, ReadTxn, StateVector, Text, Transact, Update, WriteTxn, Xml, XmlElementPrelim,
    XmlFragment, XmlTextPrelim, updates::decoder::Decode,
};

fn limits() -> Limits {
    Limits::default()
}

fn checked(update: Vec<u8>) -> Checked {
    Checked::new(update, &limits()).expect("an update")
}

/// An editor of its own, as in a browser.
struct Editor(Doc);

impl Editor {
    fn new(client: u64) -> Self {
        let options = yrs::Options {
            client_id: yrs::ClientID::new(client),
            offset_kind: yrs::OffsetKind::Utf16,
            ..yrs::Options::default()
        };
        Self(Doc::with_options(options))
    }

    fn hear(&self, update: &[u8]) {
        let update = Update::decode_v1(update).expect("an update");
        self.0.transact_mut().apply_update(update).expect("it applies");
    }

    /// Types into the text and returns what an editor would send.
    fn type_at(&self, at: u32, text: &str) -> Vec<u8> {
        let mut transaction = self.0.transact_mut();
        let root = transaction.get_or_insert_text(ROOT);
        let at = at.min(root.len(&transaction));
        root.insert(&mut transaction, at, text);
        transaction.encode_update_v1()
    }

    fn delete_at(&self, at: u32, length: u32) -> Vec<u8> {
        let mut transaction = self.0.transact_mut();
        let root = transaction.get_or_insert_text(ROOT);
        let all = root.len(&transaction);
        let at = at.min(all);
        root.remove_range(&mut transaction, at, length.min(all - at));
        transaction.encode_update_v1()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Three editors type offline; whatever order their updates come in, however often, and whether
    /// they were merged or stored in between, everyone has the same text.
    #[test]
    fn any_order_and_any_repetition_lead_to_the_same(
        typed in prop::collection::vec((0_u64..3, 0_u32..20, "[a-z本😀]{1,3}", any::<bool>()), 1..25),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..60),
        cut in any::<prop::sample::Index>(),
    ) {
        let editors: Vec<Editor> = (0..3).map(|it| Editor::new(it + 1)).collect();
        let updates: Vec<Checked> = typed
            .iter()
            .map(|(who, at, text, deletes)| {
                let editor = &editors[*who as usize];
                checked(if *deletes { editor.delete_at(*at, 2) } else { editor.type_at(*at, text) })
            })
            .collect();
        let mut straight = Document::new(Shape::Text, limits());
        for update in &updates {
            straight.apply(update).expect("taken");
        }
        let patient = Limits { waiting: usize::MAX, ..limits() };
        let mut shuffled = Document::new(Shape::Text, patient);
        // Out of order first, with gaps; then all of them, backwards.
        let some = order.iter().map(|it| &updates[it.index(updates.len())]);
        let mut stored: Vec<Vec<u8>> = Vec::new();
        for update in some.chain(updates.iter().rev()) {
            if shuffled.apply(update).expect("taken") {
                stored.push(update.bytes().to_vec());
            }
        }
        prop_assert_eq!(shuffled.markdown(), straight.markdown());
        // From storage, partly merged.
        let cut = cut.index(stored.len() + 1);
        let merged = taiwa_yjs::merge(stored[..cut].iter().map(Vec::as_slice));
        let mut parts = stored[cut..].to_vec();
        if cut > 0 {
            parts.insert(0, merged.expect("they merge"));
        }
        let restored =
            Document::restore(Shape::Text, limits(), parts.iter().map(Vec::as_slice)).unwrap();
        prop_assert_eq!(restored.markdown(), straight.markdown());
        // To somebody who has a part.
        let editor = Editor::new(9);
        editor.hear(updates[0].bytes());
        let vector = yrs::updates::encoder::Encode::encode_v1(&editor.0.transact().state_vector());
        editor.hear(&restored.missing(&vector).expect("a difference"));
        let root = editor.0.get_or_insert_text(ROOT);
        let text = yrs::GetString::get_string(&root, &editor.0.transact());
        prop_assert_eq!(text, straight.markdown());
    }

    /// Bytes of any kind: refused, or taken and of use; never a panic, and the document goes on.
    #[test]
    fn rubbish_is_refused(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let _ = Message::read(&bytes, &limits());
        let _ = Checked::new(bytes.clone(), &limits());
        let mut document = Document::new(Shape::Tiptap, limits());
        let _ = document.missing(&bytes);
        // An update that was one, with some bytes changed.
        let start = document.write_markdown("# 議題\n\n- **a**\n- [x] b\n\nc", 7).unwrap().unwrap();
        let before = document.markdown();
        let mut other = Document::new(Shape::Tiptap, limits());
        other.apply(&start).expect("taken");
        let second = other.write_markdown("# 議題\n\n- **a** d\n\n> e", 8).unwrap().unwrap();
        let mut broken = second.bytes().to_vec();
        for (at, value) in flips {
            let at = at.index(broken.len());
            broken[at] = value;
        }
        if let Ok(update) = Checked::new(broken, &limits())
            && document.apply(&update).is_err()
        {
            prop_assert_eq!(document.markdown(), before);
        }
        let _ = document.markdown();
        let _ = characters(&document.encode(), &Attribution::default());
        document.apply(&second).ok();
        let _ = document.markdown();
    }

    /// Whatever is written is what is read, and what another writes meanwhile survives it.
    #[test]
    fn markdown_written_is_markdown_read(
        texts in prop::collection::vec(r"(# |- |> |1\. |- \[x\] |\*\*b\*\* )?[a-c本]{1,5}(\n{1,2}(- |  - )?[a-c]{1,3}){0,3}", 1..5),
        shape in prop_oneof![Just(Shape::Tiptap), Just(Shape::ProseMirror), Just(Shape::Text)],
    ) {
        let mut document = Document::new(shape, limits());
        for (n, text) in texts.iter().enumerate() {
            document.write_markdown(text, 100 + n as u64).expect("written");
            let expected = match shape {
                Shape::Text => text.clone(),
                _ => taiwa_yjs::markdown::write(&taiwa_yjs::markdown::read(text)),
            };
            prop_assert_eq!(document.markdown(), expected);
            // Nothing differs any more.
            let again = document.markdown();
            prop_assert_eq!(document.write_markdown(&again, 999).expect("written"), None);
        }
    }
}

#[test]
fn words_written_meanwhile_survive() {
    let template = "## 話したこと\n\n- \n\n## 次のアクション\n\n一つ目\n\n二つ目\n";
    for shape in [Shape::Tiptap, Shape::ProseMirror, Shape::Text] {
        let mut document = Document::new(shape, limits());
        document.write_markdown(template, 1).expect("written");
        // One writes over the whole of it; the other types in one line, not having seen that.
        let mut theirs =
            Document::restore(shape, limits(), [document.encode().as_slice()]).unwrap();
        let ours = template.replace("一つ目", "一つ目（来週）") + "\n三つ目\n";
        document.write_markdown(&ours, 2).expect("written");
        let typed = theirs.write_markdown(&template.replace("二つ目", "二つ目、急ぎ"), 3);
        let typed = typed.expect("written").expect("a change");
        document.apply(&typed).expect("taken");
        let text = document.markdown();
        for expected in ["一つ目（来週）", "二つ目、急ぎ", "三つ目"] {
            assert_eq!(text.matches(expected).count(), 1, "{shape:?}: {text}");
        }
        assert_eq!(text.matches("二つ目").count(), 1, "{text}");
    }
}

/// What Tiptap and its extensions put into a document, Markdown or not.
#[test]
fn what_markdown_cannot_say_stays_where_it_is_not_touched() {
    let editor = Editor::new(5);
    let root = editor.0.get_or_insert_xml_fragment(ROOT);
    let mut transaction = editor.0.transact_mut();
    let image = root.push_back(&mut transaction, XmlElementPrelim::empty("image"));
    image.insert_attribute(&mut transaction, "src", "x.png");
    let heading = root.push_back(&mut transaction, XmlElementPrelim::empty("heading"));
    heading.insert_attribute(&mut transaction, "level", Any::from(2_i64));
    heading.insert_attribute(&mut transaction, "textAlign", "center");
    heading.push_back(&mut transaction, XmlTextPrelim::new("題"));
    let paragraph = root.push_back(&mut transaction, XmlElementPrelim::empty("paragraph"));
    let text = paragraph.push_back(&mut transaction, XmlTextPrelim::new(""));
    let bold = [("bold".into(), Any::from(std::collections::HashMap::<String, Any>::new()))];
    text.insert_with_attributes(&mut transaction, 0, "太字", bold.into());
    root.push_back(&mut transaction, XmlElementPrelim::empty("paragraph"));
    let update = transaction.encode_update_v1();
    drop(transaction);

    let mut document = Document::new(Shape::Tiptap, limits());
    document.apply(&checked(update)).expect("taken");
    assert_eq!(document.markdown(), "## 題\n\n**太字**\n");
    document.write_markdown("## 題\n\n**太字**と並み\n", 6).expect("written");
    editor.hear(&document.encode());
    let transaction = editor.0.transact();
    let xml = yrs::GetString::get_string(&root, &transaction);
    assert_eq!(
        xml.replace("textAlign=\"center\" level=\"2\"", "level=\"2\" textAlign=\"center\""),
        "<image src=\"x.png\"></image><heading level=\"2\" textAlign=\"center\">題</heading>\
         <paragraph><bold>太字</bold>と並み</paragraph><paragraph></paragraph>"
    );
}

#[test]
fn an_earlier_version_comes_back_as_a_new_change() {
    for shape in [Shape::Tiptap, Shape::Text] {
        let mut document = Document::new(shape, limits());
        document.write_markdown("# 一\n\n前の文\n", 1).expect("written");
        let earlier = Document::restore(shape, limits(), [document.encode().as_slice()]).unwrap();
        document.write_markdown("# 二\n\n後の文\n", 2).expect("written");
        let update = document.adopt(&earlier, 3).expect("restored").expect("a change");
        assert_eq!(document.markdown(), "# 一\n\n前の文\n");
        assert!(update.spans().iter().all(|span| span.client == 3), "history was rewritten");
        assert_eq!(document.adopt(&earlier, 4).expect("restored"), None);
    }
}

#[test]
fn sizes_are_bounded() {
    let small = Limits { document: 4_000, ..limits() };
    let mut document = Document::new(Shape::Text, small);
    let editor = Editor::new(1);
    document.apply(&checked(editor.type_at(0, &"あ".repeat(1_000)))).expect("taken");
    let before = document.markdown();
    let more = checked(editor.type_at(0, &"あ".repeat(1_000)));
    assert_eq!(document.apply(&more), Err(Refused::TooLarge));
    assert_eq!(document.markdown(), before);
    // What is deleted makes room again.
    let other = Editor::new(2);
    other.hear(&document.encode());
    document.apply(&checked(other.delete_at(0, 1_000))).expect("taken");
    document.apply(&checked(other.type_at(0, &"い".repeat(900)))).expect("taken");
    assert!(document.write_markdown(&"x".repeat(2_000), 3).is_err());
}

#[test]
fn nesting_is_bounded() {
    let editor = Editor::new(1);
    let root = editor.0.get_or_insert_xml_fragment(ROOT);
    let mut transaction = editor.0.transact_mut();
    let mut at = root.push_back(&mut transaction, XmlElementPrelim::empty("blockquote"));
    for _ in 0..5_000 {
        at = at.push_back(&mut transaction, XmlElementPrelim::empty("blockquote"));
    }
    let update = transaction.encode_update_v1();
    assert!(Checked::new(update, &limits()).is_err());
    drop(transaction);

    // A level with each update.
    let editor = Editor::new(2);
    let root = editor.0.get_or_insert_xml_fragment(ROOT);
    let mut document = Document::new(Shape::Tiptap, limits());
    let mut transaction = editor.0.transact_mut();
    let mut at = root.push_back(&mut transaction, XmlElementPrelim::empty("blockquote"));
    document.apply(&checked(transaction.encode_update_v1())).expect("taken");
    drop(transaction);
    let refused = (0..100).find(|_| {
        let mut transaction = editor.0.transact_mut();
        at = at.push_back(&mut transaction, XmlElementPrelim::empty("blockquote"));
        let update = transaction.encode_update_v1();
        document.apply(&checked(update)).is_err()
    });
    assert_eq!(refused, Some(63));
}

#[test]
fn updates_that_wait_for_others_are_few() {
    let editor = Editor::new(1);
    let updates: Vec<Vec<u8>> = (0..100).map(|_| editor.type_at(0, "x")).collect();
    let mut document = Document::new(Shape::Text, limits());
    // The first never comes.
    let taken = updates[1..].iter().filter(|it| document.apply(&checked(it.to_vec())).is_ok());
    assert_eq!(taken.count(), limits().waiting);
    document.apply(&checked(updates[0].clone())).expect("taken");
    assert_eq!(document.markdown().len(), limits().waiting + 1);
    for update in &updates {
        document.apply(&checked(update.clone())).expect("taken");
    }
    assert_eq!(document.markdown().len(), 100);
}

#[test]
fn who_wrote_what_is_who_delivered_it() {
    let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let mut attribution = Attribution::default();
    let mut document = Document::new(Shape::Text, limits());
    let (a, b) = (Editor::new(1), Editor::new(2));
    let mut deliver = |document: &mut Document, update: Vec<u8>, person| {
        let update = checked(update);
        document.apply(&update).expect("taken");
        attribution.claim(update.spans(), person);
    };
    deliver(&mut document, a.type_at(0, "みんなで"), one);
    b.hear(&document.encode());
    deliver(&mut document, b.type_at(2, "bb"), two);
    // Everything once more, by the other: nothing changes hands.
    deliver(&mut document, b.0.transact().encode_state_as_update_v1(&StateVector::default()), two);
    deliver(&mut document, b.delete_at(0, 1), two);
    let counted = characters(&document.encode(), &attribution).expect("counted");
    assert_eq!(counted, BTreeMap::from([(one, 3), (two, 2)]));
}

#[test]
fn messages_are_those_of_y_websocket() {
    // As lib0 writes them: a state vector, an update, a question, a presence.
    let step = Message::SyncStep1(vec![0]);
    assert_eq!(step.write(), [0, 0, 1, 0]);
    assert_eq!(Message::SyncStep2(vec![0, 0]).write(), [0, 1, 2, 0, 0]);
    assert_eq!(Message::Update(vec![0, 0]).write(), [0, 2, 2, 0, 0]);
    assert_eq!(Message::QueryAwareness.write(), [3]);
    assert_eq!(
        Message::read(&[1, 6, 1, 5, 1, 2, b'{', b'}'], &limits()),
        Ok(Message::Awareness(vec![taiwa_yjs::Presence {
            client: 5,
            clock: 1,
            state: "{}".to_owned()
        }]))
    );
    for wrong in [&[][..], &[9], &[0], &[0, 3, 0], &[0, 0, 5, 0], &[3, 3], &[0, 0, 1, 0, 0]] {
        assert!(Message::read(wrong, &limits()).is_err(), "{wrong:?}");
    }
    // Sizes that are only claimed reserve nothing.
    for claim in [&[0xff, 0xff, 0xff, 0xff, 0x0f][..], &[1, 0xff, 0xff, 0xff, 0x0f, 1, 0]] {
        assert!(Checked::new(claim.to_vec(), &limits()).is_err());
    }
}
