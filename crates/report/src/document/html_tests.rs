use super::super::tests::{EVIL, everything};
use super::*;

#[test]
fn text_from_outside_becomes_no_markup() {
    let harmless = file(&everything("harmless"));
    let closed =
        |html: &str| ["</pre>", "</textarea>", "</style>"].map(|it| html.matches(it).count());

    for evil in EVIL {
        let html = file(&everything(evil));

        for markup in ["<script", "<img", "<b>x", "\" on", "onerror=\""] {
            assert!(!html.contains(markup), "{markup} in\n{html}");
        }
        assert_eq!(closed(&html), closed(&harmless), "{html}");
        assert!(!html.contains(['\u{1b}', '\u{202e}', '\r', '\u{7}', '\u{0}']), "{evil:?}");
    }
}

#[test]
fn every_element_is_closed() {
    let html = file(&everything("x"));

    for element in ["section", "table", "tr", "dl", "ul", "ol", "pre", "figure", "svg", "div", "p"]
    {
        let (open, close) = (format!("<{element}"), format!("</{element}>"));
        let opened =
            html.matches(&format!("{open}>")).count() + html.matches(&format!("{open} ")).count();
        assert_eq!(opened, html.matches(&close).count(), "{element} in\n{html}");
    }
}

#[test]
fn nothing_is_loaded_and_nothing_is_inline_style() {
    let html = file(&everything("https://a.example/x"));

    for outside in ["<link", "src=", "<script", " style=", "href="] {
        assert!(!html.contains(outside), "{outside}");
    }
    assert!(html.contains("default-src 'none'; style-src 'sha256-"));
}

#[test]
fn a_text_of_a_megabyte_is_cut_in_every_place() {
    let html = file(&everything(&"x".repeat(1 << 20)));

    assert!(html.len() < 30 * crate::limits::TEXT, "{}", html.len());
}

#[test]
fn many_rows_are_counted_and_not_shown() {
    let items = vec![Text::from("x"); ROWS + 7];
    let list = Block::List(List { is_numbered: false, items });

    let html = file(&Document { blocks: vec![list], ..Document::default() });

    assert_eq!(html.matches("<li>").count(), ROWS);
    assert!(html.contains("And 7 more."));
}

#[test]
fn links_are_there_only_where_somebody_serves_the_page() {
    let links = Links {
        back: Some(("/incidents/7".into(), "Incident 7".into())),
        others: vec![("/a?b=\"".into(), "<PDF>".into())],
    };

    let html = page(&Document::default(), &links);

    assert!(html.contains("<a href=\"/incidents/7\">Incident 7</a>"));
    assert!(html.contains("<a href=\"/a?b=&quot;\">&lt;PDF&gt;</a>"));
    assert!(!file(&Document::default()).contains("<nav"));
}
