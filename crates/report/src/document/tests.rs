//! A document that has everything, for the tests of every writer.

use super::*;

/// What origins, logs and people may write.
pub(crate) const EVIL: [&str; 16] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</pre></textarea></title></style><script>alert(1)</script>",
    "]]><b>x",
    "[x](javascript:alert(1)) ![y](https://evil.example/z.png)",
    "- a",
    "1. a",
    "> a",
    "===",
    "---",
    "```\nend\n~~~\n# heading\n\n    indented",
    "\u{1b}[2J\u{1b}]0;evil\u{7}\r\n\u{0}",
    "\u{202e}txt.exe\u{2066}",
    "=HYPERLINK(\"http://evil.example\")",
    "| a | b | \\| <https://evil.example> https://evil.example www.evil.example",
];

/// Returns a document with `said` in every place that text can come to.
pub(super) fn everything(said: &str) -> Document {
    let text = || said.to_owned();
    let voices = [Voice::Plain, Voice::Soft, Voice::Code, Voice::Strong, Voice::Number];
    let texts: Vec<Text> = voices.map(|voice| Text { text: text(), voice }).to_vec();
    let drawn = Shape::Text {
        x: 10.0,
        y: 20.0,
        size: 13.0,
        anchor: Anchor::Start,
        ink: Ink::Text,
        is_bold: false,
        text: text(),
    };
    let drawing =
        Drawing { title: text(), says: text(), width: 720.0, height: 100.0, shapes: vec![drawn] };
    let mut blocks = vec![
        Block::Sign(Sign { tone: Tone::Bad, word: text(), says: text() }),
        Block::Facts(vec![
            Fact { label: text(), values: texts.clone() },
            Fact::new(text(), text()),
        ]),
        Block::Table(Table {
            caption: text(),
            columns: texts.iter().map(|it| it.text.clone()).collect(),
            rows: vec![texts.clone(), Vec::new()],
        }),
        Block::List(List { is_numbered: true, items: texts.clone() }),
        Block::Code(Code { label: text(), text: text() }),
        Block::Ready(Ready { to: text(), subject: text(), text: text() }),
        Block::Blank(Blank { label: text(), hint: text(), known: text() }),
        Block::Picture(drawing),
    ];
    blocks.extend(texts.into_iter().map(Block::Paragraph));
    let inner = Block::Section(Section::long(text(), blocks.clone()));
    blocks.push(inner);
    Document {
        title: text(),
        over: text(),
        about: text(),
        blocks: vec![Block::Section(Section::new(text(), blocks))],
    }
}
