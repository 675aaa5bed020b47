//! Text that wants to do harm: to the terminal, to the page that shows it, to the time it takes.

use std::fmt::Write as _;

use goodgate_causes::rank;
use goodgate_evidence::text;
use goodgate_recognise::limits::{INPUT_MAX, LINE_MAX, QUOTE_MAX};
use goodgate_recognise::{Recognition, pages, recognise};

/// Everything that text goes through.
fn read(input: &[u8]) -> Recognition {
    let seen = recognise(input, Some("paste.log"));
    let _assessment = rank(&seen.case());
    let _reading = pages::read_text(&String::from_utf8_lossy(input));
    seen
}

/// Everything of the input that an output may show.
fn quotes(seen: &Recognition) -> Vec<String> {
    let mut quotes: Vec<String> = seen.observations.iter().map(|it| it.quote.clone()).collect();
    for it in &seen.observations {
        quotes.extend(it.detail.iter().map(|(_, value)| value.to_owned()));
    }
    quotes.extend(seen.places.upstream.clone());
    quotes.extend(seen.request_ids.iter().flat_map(|(name, value)| [name.clone(), value.clone()]));
    let by = seen.written_by.iter().flat_map(|by| by.because.clone());
    quotes.extend(by);
    quotes.extend(seen.found.iter().map(|found| found.kind.clone()));
    quotes
}

/// An nginx line with `words` in the places that a client chooses.
fn line_with(words: &str) -> String {
    format!(
        "2026/06/01 12:00:00 [error] 1#1: *1 connect() failed (111: Connection refused) {words} \
         while connecting to upstream, client: 203.0.113.5, server: h.example, request: \"GET \
         /{words} HTTP/1.1\", upstream: \"http://10.90.0.1:80/{words}\", host: \"h.example\""
    )
}

const ESCAPES: &[&str] = &[
    "\x1b[2J\x1b[31mowned\x1b[0m",
    "\x1b]0;title\x07",
    "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\x1bP+q544e\x1b\\",
    "\u{9b}31m",
    "\x08\x08\x08",
    "\x7f",
];

#[test]
fn terminal_escapes_are_gone_from_neutralised_quotes() {
    for escape in ESCAPES {
        let seen = read(line_with(escape).as_bytes());

        assert!(!seen.observations.is_empty(), "{escape:?}");
        for quote in quotes(&seen) {
            let shown = text::neutralise(&quote);
            let steering = shown.chars().find(|c| c.is_control() && *c != '\n' && *c != '\t');
            assert_eq!(steering, None, "{shown:?}");
        }
    }
}

#[test]
fn right_to_left_overrides_and_invisible_characters_are_shown() {
    let hidden =
        ["\u{202e}", "\u{202a}", "\u{2066}", "\u{200b}", "\u{200f}", "\u{feff}", "\u{2028}"];
    for character in hidden {
        let seen = read(line_with(&format!("a{character}b")).as_bytes());

        for quote in quotes(&seen) {
            assert!(!text::neutralise(&quote).contains(character), "{character:?} in {quote:?}");
        }
    }
}

#[test]
fn html_in_a_quote_is_text_on_a_page() {
    for words in ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "<!--", "]]>"] {
        let seen = read(line_with(words).as_bytes());

        for quote in quotes(&seen) {
            let shown = text::html(&quote);
            assert!(!shown.contains(['<', '>', '"', '\'']), "{shown}");
        }
    }
}

#[test]
fn html_around_a_line_does_not_hide_it() {
    let page = format!("<pre><code>{}</code></pre>", line_with("x"));

    assert!(!read(page.as_bytes()).observations.is_empty());
}

#[test]
fn nul_bytes_are_read_over() {
    let seen = read(b"\0\0connect() failed (111: Connection refused)\0 while connecting\0\n\0");

    assert!(!seen.observations.is_empty());
}

#[test]
fn invalid_utf8_is_replaced() {
    let mut input = b"\xff\xfe\x80 ".to_vec();
    input.extend(line_with("x").bytes());
    input.extend(b"\n\xf0\x9f\x98 \xc3\x28 \xed\xa0\x80");

    assert!(!read(&input).observations.is_empty());
}

#[test]
fn utf16_does_no_harm() {
    let input: Vec<u8> = line_with("x").encode_utf16().flat_map(u16::to_le_bytes).collect();

    let seen = read(&input);

    assert!(seen.lines <= 2);
}

#[test]
fn a_line_of_one_mebibyte_is_cut_and_quoted_short() {
    let line = line_with(&"A".repeat(1 << 20));

    let seen = read(line.as_bytes());

    assert!(quotes(&seen).iter().all(|quote| quote.len() <= LINE_MAX));
    assert!(seen.observations.iter().all(|it| it.quote.chars().count() <= QUOTE_MAX));
}

#[test]
fn the_longest_line_of_one_piece_does_no_harm() {
    for piece in
        ["A", "{", "[", "\"", "\\", "<", "&#", " ", "=", "?a=", "a, ", "%00", "ä", "://", "0/"]
    {
        let seen = read(piece.repeat(LINE_MAX / piece.len()).as_bytes());

        assert!(seen.lines <= 1, "{piece}");
    }
}

#[test]
fn a_hundred_thousand_lines_are_all_counted() {
    let mut input = String::new();
    for number in 0..100_000 {
        let _written = writeln!(input, "{number} upstream timed out (110: Connection timed out)");
    }

    let seen = read(input.as_bytes());

    assert_eq!((seen.lines, seen.cut), (100_000, false));
    assert!(seen.observations.len() < 10_000, "{}", seen.observations.len());
}

#[test]
fn input_beyond_the_bound_is_cut_and_said_to_be() {
    let input = vec![b'a'; INPUT_MAX + 1];

    assert!(recognise(&input, None).cut);
}

#[test]
fn deeply_nested_json_does_no_harm() {
    for (open, close) in [("{\"a\":", "}"), ("[", "]"), ("{\"log\":\"", "\"}")] {
        let deep = format!("{}1{}", open.repeat(20_000), close.repeat(20_000));
        let object = format!("{{\"msg\":{deep}}}");

        read(deep.as_bytes());
        read(object.as_bytes());
    }
}

#[test]
fn json_with_thousands_of_keys_does_no_harm() {
    let keys: Vec<String> = (0..5_000).map(|at| format!("\"k{at}\":\"v\"")).collect();

    let seen = read(format!("{{{}}}", keys.join(",")).as_bytes());

    assert_eq!(seen.lines, 1);
}

#[test]
fn unclosed_quotes_and_brackets_do_no_harm() {
    for input in [
        "\"GET / HTTP/1.1",
        "203.0.113.5 - - [01/Jun/2026:12:00:00 +0000 \"GET / HTTP/1.1\" 502",
        "upstream: \"http://",
        "{\"level\":\"error\",\"msg\":\"unfinished",
        "[2026-06-01T12:00:00Z] \"GET / HTTP/1.1\" 503 UF",
        "<134>",
        "<",
        "[pod/",
        "upstream: \"",
        " HTTP/",
        "\" HTTP/1.1\"",
        "bc_err=",
        "LISTEN",
        "proxy_pass ",
        "proxy_pass http://[",
        "server x",
        "HTTP/1.1",
        "HTTP/1.1 502",
        "<title>",
        "&#x;&#99999999999;&",
    ] {
        read(input.as_bytes());
        read(format!("{input}\n{input}\r\n").as_bytes());
    }
}

#[test]
fn every_beginning_of_a_line_is_read() {
    let lines =
        [line_with("ä\u{1f600}"), "é|\u{301} 502 ä/ß \"GET /ü HTTP/1.1\" 502 ü=ö".to_owned()];
    for line in lines {
        for end in (0..=line.len()).filter(|end| line.is_char_boundary(*end)) {
            read(line.get(..end).unwrap_or_default().as_bytes());
            read(line.get(end..).unwrap_or_default().as_bytes());
        }
    }
}

#[test]
fn stacked_prefixes_do_no_harm() {
    let prefixes = ["> ", "web-1  | ", "<134>", "`", "[pod/a/b] ", "Jun  1 12:00:00 h p[1]: "];
    for prefix in prefixes {
        read(format!("{}{}", prefix.repeat(10_000), line_with("x")).as_bytes());
    }
}

/// Words that must not come out.
const SECRET: &str = "hunter2hunter2";

#[test]
fn secrets_are_masked_in_quotes() {
    for input in [
        format!("upstream sent too big header: \"Set-Cookie: sid={SECRET}; Path=/\" while reading"),
        format!("upstream sent invalid header: \"Cookie: sid={SECRET}\\x0d...\" while reading"),
        format!("upstream sent invalid header: \"Authorization: Bearer {SECRET}\" while reading"),
        format!("connect ECONNREFUSED 10.90.0.1:80 http://me:{SECRET}@10.90.0.1/"),
        format!("dial tcp 10.90.0.1:80: connect: connection refused Get http://a/?token={SECRET}"),
        format!(
            "{{\"msg\":\"dial tcp 10.90.0.1:80: connect: connection refused\",\"headers\":\
             {{\"Authorization\":[\"Bearer {SECRET}\"],\"Cookie\":[\"sid={SECRET}\"]}}}}"
        ),
        line_with(&format!("a?token={SECRET}&x=1")),
        line_with(&format!("?password={SECRET}")),
        format!("HTTP/1.1 502 Bad Gateway\nServer: nginx\nSet-Cookie: sid={SECRET}\n\n502"),
        format!("HTTP/1.1 502 Bad Gateway\nVia: 1.1 x\nLocation: https://a/?code={SECRET}\n\n502"),
        format!("proxy_pass http://user:{SECRET}@localhost:80/?key={SECRET};"),
    ] {
        let seen = read(input.as_bytes());

        for quote in quotes(&seen) {
            assert!(!quote.contains(SECRET), "{quote:?} of {input:?}");
        }
    }
}

#[test]
fn an_upstream_address_is_an_address_and_no_command() {
    for words in ["$(reboot)", "`id`", "; rm -rf /", "a b", "'\"'", "\n", "-oProxyCommand=x"] {
        let seen = read(
            format!("connect() failed (111: Connection refused), upstream: \"http://{words}:80/\"")
                .as_bytes(),
        );

        let plain = |c: char| c.is_ascii_alphanumeric() || ".-_:[]".contains(c);
        let upstream = seen.places.upstream.clone().unwrap_or_default();
        assert!(upstream.chars().all(plain), "{upstream:?}");
        assert!(!upstream.starts_with('-'), "{upstream:?}");
    }
}

#[test]
fn a_page_of_only_entities_does_no_harm() {
    for entity in ["&lt;", "&#60;", "&#x3c;", "&amp;amp;", "&nbsp;"] {
        read(entity.repeat(20_000).as_bytes());
    }
}
