use super::*;
use crate::document::tests::{EVIL, everything};
use crate::document::{Block, Code, Section, Text};

fn of(blocks: Vec<Block>) -> Document {
    Document { title: "A title".to_owned(), blocks, ..Document::default() }
}

/// Returns the texts on the sheets of a document, line by line.
fn texts(document: &Document) -> Vec<String> {
    let packed = fonts::unpacked().expect("fonts");
    let fonts = Fonts::of(&packed).expect("fonts");
    let mut flow = Flow::new(&fonts);
    flow.document(document);
    let marks = flow.finish().all.into_iter().flatten();
    let text = |mark| match mark {
        sheet::Mark::Text { text, .. } => Some(text),
        _ => None,
    };
    marks.filter_map(text).collect()
}

#[test]
fn a_file_is_a_pdf_whatever_is_in_the_document() {
    for evil in EVIL {
        let bytes = file(&everything(evil)).expect("a PDF");

        assert!(
            bytes.starts_with(b"%PDF-") && bytes.trim_ascii_end().ends_with(b"%%EOF"),
            "{evil:?}"
        );
    }
}

#[test]
fn letters_that_no_font_has_are_written_as_their_number() {
    let said = "disk \u{4e2d}\u{6587} \u{1f525} voll: \u{e4}\u{416}\u{3a9}";

    let texts =
        texts(&of(vec![Block::Paragraph(Text::from(said)), Block::Paragraph(Text::code(said))]));

    let whole = texts.join(" ");
    assert_eq!(whole.matches("\\u{4e2d}\\u{6587}").count(), 2, "{whole}");
    assert_eq!(whole.matches("\u{e4}\u{416}\u{3a9}").count(), 2, "{whole}");
}

#[test]
fn nothing_stands_outside_of_a_sheet() {
    let packed = fonts::unpacked().expect("fonts");
    let fonts = Fonts::of(&packed).expect("fonts");
    let long = "word ".repeat(200) + &"x".repeat(500);
    let mut flow = Flow::new(&fonts);

    flow.document(&everything(&long));

    for mark in flow.finish().all.into_iter().flatten() {
        if let sheet::Mark::Text { x, y, size, style, text, .. } = mark {
            let right = x + fonts.width(&text, style, size);
            assert!(right <= WIDTH - sheet::MARGIN + 2.0 || size < 6.0, "{right}: {text}");
            assert!(y > 0.0 && y < HEIGHT, "{y}: {text}");
        }
    }
}

#[test]
fn every_line_of_a_long_text_is_there() {
    let code: Vec<String> = (0..700).map(|it| format!("line {it} of it")).collect();
    let block = Block::Code(Code { label: "Lines".to_owned(), text: code.join("\n") });

    let texts = texts(&of(vec![Block::Section(Section::long("All", vec![block]))]));

    for line in &code {
        assert!(texts.contains(line), "{line}");
    }
}

#[test]
fn a_document_without_end_has_an_end() {
    let block = Block::Code(Code { label: String::new(), text: "x\n".repeat(16_000) });

    let sheets = {
        let packed = fonts::unpacked().expect("fonts");
        let fonts = Fonts::of(&packed).expect("fonts");
        let mut flow = Flow::new(&fonts);
        flow.document(&of(vec![block; 40]));
        flow.finish()
    };

    assert_eq!(sheets.all.len(), crate::limits::SHEETS);
}
