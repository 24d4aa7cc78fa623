//! Markdown in and out.

use proptest::prelude::*;
use taiwa_yjs::markdown::{Block, Inline, Item, List, Marks, normal, read, write};

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-c 本。、]{1,4}",
        2 => r"[-*_~`\[\]()<>#+=.:|&;!\\/x1 ]{1,4}",
        1 => Just("\n".to_owned()),
        1 => Just("&amp;".to_owned()),
        1 => Just("\u{3000}".to_owned()),
        1 => Just("😀".to_owned()),
        1 => Just("</strong>".to_owned()),
        1 => Just("](https://x.example)".to_owned()),
        1 => Just("12. ".to_owned()),
    ];
    prop::collection::vec(piece, 0..4).prop_map(|it| it.concat())
}

fn inlines() -> impl Strategy<Value = Vec<Inline>> {
    let link = prop_oneof![
        5 => Just(None),
        1 => Just(Some("https://example.com/a_b*c?d=1#e".to_owned())),
        1 => Just(Some("https://example.com/a (b)<c>\\d".to_owned())),
    ];
    let marks = (any::<bool>(), any::<bool>(), any::<bool>(), prop::bool::weighted(0.2), link)
        .prop_map(|(bold, italic, strike, code, link)| Marks { bold, italic, strike, code, link });
    let inline = prop_oneof![
        6 => (text(), marks).prop_map(|(text, marks)| Inline::Text(text, marks)),
        1 => Just(Inline::Break),
    ];
    prop::collection::vec(inline, 0..5)
}

fn blocks() -> impl Strategy<Value = Vec<Block>> {
    let leaf = prop_oneof![
        4 => inlines().prop_map(Block::Paragraph),
        1 => (1_u8..=6, inlines()).prop_map(|(level, it)| Block::Heading(level, it)),
        1 => ("[a-z]{0,3}", text()).prop_map(|(language, text)| Block::Code { language, text }),
        1 => Just(Block::Rule),
    ];
    let block = leaf.prop_recursive(3, 12, 3, |inner| {
        let blocks = prop::collection::vec(inner, 0..3);
        let item = (any::<bool>(), blocks.clone()).prop_map(|(done, blocks)| Item { done, blocks });
        let kind = prop_oneof![
            Just(List::Bullets),
            Just(List::Tasks),
            (0_u32..1_000).prop_map(List::Numbers),
        ];
        prop_oneof![
            blocks.prop_map(Block::Quote),
            (kind, prop::collection::vec(item, 0..3)).prop_map(|(kind, it)| Block::List(kind, it)),
        ]
    });
    prop::collection::vec(block, 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_reads_the_same(blocks in blocks()) {
        let normal = normal(blocks);
        let text = write(&normal);
        prop_assert_eq!(read(&text), normal, "{}", text);
    }

    #[test]
    fn any_text_is_markdown_and_settles(text in r"[-*_~`\[\]()<>#+=.:|&;!\\/x1a本 \n]{0,80}") {
        let blocks = read(&text);
        let written = write(&blocks);
        prop_assert_eq!(read(&written), blocks, "{}", written);
    }
}

fn plain(text: &str) -> Inline {
    Inline::Text(text.to_owned(), Marks::default())
}

fn bold(text: &str) -> Inline {
    Inline::Text(text.to_owned(), Marks { bold: true, ..Marks::default() })
}

#[test]
fn japanese_keeps_its_bold_beside_punctuation() {
    let text = "これは**「重要」**です。\n";
    let expected = vec![Block::Paragraph(vec![plain("これは"), bold("「重要」"), plain("です。")])];
    assert_eq!(read(text), expected);
    assert_eq!(write(&expected), text);
}

#[test]
fn what_people_write_stays_as_they_wrote_it() {
    let text = "## 話したこと\n\n- 目標の進み具合\n  - snake_case と 2 * 3 ではなく x\n- **困りごと**は\\\n  二つ\n\n\
                ## 次のアクション\n\n- [ ] [資料](https://example.com/a_b) を *読む*\n- [x] ~~済~~\n\n\
                1. 一\n2. 二\n\n> 引用\n\n```rust\nlet a = 1;\n```\n\n---\n";
    let written = write(&read(text));
    assert_eq!(written, text.replace("2 * 3", r"2 \* 3"));
}

#[test]
fn links_lead_to_the_web_and_to_mail_only() {
    let text = "[x](javascript:alert(1))\n";
    assert!(matches!(
        read(text).as_slice(),
        [Block::Paragraph(it)] if it.iter().all(|it| matches!(it, Inline::Text(_, m) if m.link.is_none()))
    ));
}

#[test]
fn nesting_has_an_end() {
    let deep = "> ".repeat(10_000) + "x";
    assert_eq!(read(&deep).len(), 1);
    let deep: String = (0..200).map(|it| format!("{}- x\n", "  ".repeat(it))).collect();
    assert_eq!(read(&deep).len(), 1);
    // Quadratic work would not end.
    for piece in ["*a ", "`", "[a](", "<", "&#", "_a ", "``a", "~~"] {
        read(&piece.repeat(50_000));
    }
}
