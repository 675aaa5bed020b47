use std::fmt::Write as _;
use std::path::Path;

use goodgate_evidence::{Product, Sign};
use proptest::prelude::*;

use super::fingerprint::When;
use super::{ITEMS, Mark, NAMES, Page, Reading, read, read_text, view};

fn of_body(body: &str) -> Reading {
    read(&Page { body, ..Page::default() })
}

fn of_head(status: u16, fields: &[(&str, &str)], body: &str) -> Reading {
    let fields: Vec<_> =
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    read(&Page { status: Some(status), reason: None, fields: &fields, body })
}

fn of_text(text: &str) -> Reading {
    read_text(text).expect("something page-like")
}

fn writer(reading: &Reading) -> Option<Product> {
    reading.written_by.as_ref().map(|maker| maker.product)
}

fn confidence(reading: &Reading) -> f64 {
    reading.written_by.as_ref().map_or(0.0, |maker| maker.confidence)
}

fn has(reading: &Reading, sign: Sign) -> bool {
    reading.signs.iter().any(|mark| mark.sign == sign)
}

fn mark(reading: &Reading, sign: Sign) -> &Mark {
    reading.signs.iter().find(|mark| mark.sign == sign).expect("the sign")
}

/// One test a row: the text, who wrote it, and the signs that it must and must not carry.
macro_rules! reads {
    ($($name:ident: $text:expr => $product:expr, [$($sign:ident),*] $(, not [$($no:ident),*])?;)+) => {
        $(#[test]
        fn $name() {
            let reading = of_text($text);

            assert_eq!(writer(&reading), $product, "{reading:#?}");
            $(assert!(has(&reading, Sign::$sign), "{} {reading:#?}", Sign::$sign);)*
            $($(assert!(!has(&reading, Sign::$no), "{} {reading:#?}", Sign::$no);)*)?
        })+
    };
}

const NGINX_502: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n\
    <center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n\
    </html>\r\n";

mod bytes;
mod chains;
mod edges;
mod general_fields;
mod hostile;
mod registry;
mod self_hosted;
mod splitting;
mod visitors;
mod wordings;
