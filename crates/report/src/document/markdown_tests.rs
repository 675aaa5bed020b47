use pulldown_cmark::{Event, Options, Parser, Tag};

use super::super::tests::{EVIL, everything};
use super::*;

fn events(markdown: &str) -> Vec<Event<'_>> {
    Parser::new_ext(markdown, Options::all()).collect()
}

#[test]
fn text_from_outside_becomes_no_markup() {
    let shape = |markdown: &str| -> Vec<String> {
        let tag = |event: &Event<'_>| match event {
            Event::Start(tag) => Some(format!("{tag:?}")),
            _ => None,
        };
        events(markdown).iter().filter_map(tag).collect()
    };
    let harmless = file(&everything("harmless"));

    for evil in EVIL {
        let markdown = file(&everything(evil));

        for event in events(&markdown) {
            let is_bad = matches!(
                event,
                Event::Html(_)
                    | Event::InlineHtml(_)
                    | Event::Start(
                        Tag::Link { .. } | Tag::Image { .. } | Tag::HtmlBlock | Tag::BlockQuote(_)
                    )
                    | Event::Rule
            );
            assert!(!is_bad, "{event:?} of {evil:?} in\n{markdown}");
        }
        if !evil.contains('\n') {
            assert_eq!(shape(&markdown), shape(&harmless), "{evil:?} in\n{markdown}");
        }
        assert!(!markdown.contains(['\u{1b}', '\u{202e}', '\r', '\u{7}', '\u{0}']), "{evil:?}");
    }
}

#[test]
fn what_was_said_is_read_as_it_was_said() {
    let said = "a_b *c* [d](e) `f` <g> & 1. #h | https://i.example/ \\ ~k~";
    let document = Document {
        blocks: vec![
            Block::Paragraph(said.into()),
            Block::List(List {
                is_numbered: false,
                items: vec![Text::code(said), Text::from("- x"), Text::from("12. y")],
            }),
        ],
        ..Document::default()
    };

    let markdown = file(&document);
    let mut read = String::new();
    for event in events(&markdown) {
        match event {
            Event::Text(text) | Event::Code(text) => read.push_str(&text),
            Event::End(_) => read.push('\n'),
            _ => {}
        }
    }

    assert_eq!(read.matches(said).count(), 2, "{read}\nof\n{markdown}");
    assert!(read.contains("\n- x\n") && read.contains("\n12. y\n"), "{read}");
}

#[test]
fn a_table_keeps_its_columns_whatever_is_in_them() {
    let row = vec![Text::code("a|b"), Text::from("c|d"), Text::code("e\\|f`")];
    let table = Table {
        caption: String::new(),
        columns: ["1st", "2nd", "3rd"].map(str::to_owned).to_vec(),
        rows: vec![row],
    };

    let markdown = file(&Document { blocks: vec![Block::Table(table)], ..Document::default() });

    let cells = events(&markdown).iter().filter(|it| **it == Event::Start(Tag::TableCell)).count();
    assert_eq!(cells, 6, "{markdown}");
}

#[test]
fn a_text_of_a_megabyte_is_cut_in_every_place() {
    let markdown = file(&everything(&"`".repeat(1 << 20)));

    assert!(markdown.len() < 60 * crate::limits::TEXT, "{}", markdown.len());
}
