//! Hostile input.

use super::*;

#[test]
fn unclosed_tags_end_with_the_page() {
    for body in ["<script>", "<!--", "<a href=\"", "<style><b", "<", "&#", "&#x;", "&#99999999999;"]
    {
        let reading = of_body(body);

        assert_eq!(writer(&reading), None, "{body}");
    }
}

#[test]
fn a_megabyte_of_brackets_is_read_in_time() {
    for piece in
        ["<", "<a", "&", "<!--", "<script", "502 ", "curl: (", "a:\n", "</script", "error "]
    {
        let body = piece.repeat(1_000_000 / piece.len());

        let reading = read_text(&body);

        assert!(reading.is_none_or(|reading| reading.signs.len() <= super::super::MARKS_MAX));
    }
}

#[test]
fn references_are_decoded_once() {
    assert_eq!(writer(&of_body("502 Bad Gateway &#110;ginx")), Some(Product::Nginx));
    assert_eq!(writer(&of_body("502 Bad Gateway &amp;#110;ginx")), None);
}

#[test]
fn deep_references_stay_text() {
    let body = format!("&{} 502 Bad Gateway", "amp;".repeat(50_000));

    assert_eq!(of_body(&body).status, Some(502));
}

#[test]
fn what_lies_beyond_the_bound_is_not_read() {
    let mut body = " ".repeat(super::super::BODY_MAX);
    body.push_str(NGINX_502);

    assert_eq!(of_body(&body), Reading::default());
}

#[test]
fn quotations_are_bounded() {
    let mut value = String::new();
    for n in 0..10_000 {
        write!(value, "{n} ").expect("memory");
    }

    let reading = of_head(502, &[("l5d-proxy-error", &value)], "");

    let because = reading.written_by.expect("a maker").because;
    assert!(because.iter().all(|words| words.chars().count() <= super::super::QUOTE_MAX));
}

proptest! {
    #[test]
    fn no_text_panics(text in ".{0,400}") {
        let _ = read_text(&text);
    }

    #[test]
    fn no_page_of_pieces_panics(
        pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..40),
        status in prop::option::of(0u16..=999),
    ) {
        let body = pieces.concat();
        let _ = read_text(&body);
        let fields = [("proxy-status".to_owned(), body.clone()), ("via".to_owned(), body.clone())];
        let _ = read(&Page { status, reason: Some(&body), fields: &fields, body: &body });
    }
}

const PIECES: &[&str] = &[
    "<",
    ">",
    "</",
    "<!--",
    "-->",
    "<script>",
    "</script",
    "<hr><center>",
    "nginx",
    "&#",
    "&amp",
    ";",
    "502",
    " ",
    "\n",
    "\r\n",
    "HTTP/1.1 ",
    "HTTP/2 502",
    "server:",
    "Error ",
    "é",
    "ı",
    "İ",
    "’",
    "\u{feff}",
    "curl: (",
    ")",
    "curl: (7)",
    "reset reason: ",
    "upstream connect error or disconnect/reset before headers",
    "ray id:",
    "\"",
    "\\",
    ",",
    "=",
    "error=connection_refused",
    "\0",
    "\u{15}\u{3}",
    "status: ",
    "< ",
    "220 ",
    "bad gateway",
    "dns lookup failure for:",
];
