//! The style of the HTML file: light and dark, wide and narrow, screen and paper. It loads nothing.

/// What a browser's policy calls [`STYLE`]; a test computes it.
pub(super) const HASH: &str = "sha256-FN6HsWHPQ2gEZViHyOhZGZBAP2/dHO2UwnZ0j/Aakcc=";

/// The whole style sheet.
pub(super) const STYLE: &str = include_str!("style.css");

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use ring::digest::{SHA256, digest};

    use super::{HASH, STYLE};
    use crate::document::Ink;

    #[test]
    fn the_policy_names_the_style_that_is_there() {
        let hash = STANDARD.encode(digest(&SHA256, STYLE.as_bytes()));

        assert_eq!(HASH, format!("sha256-{hash}"));
    }

    #[test]
    fn the_style_loads_nothing() {
        assert!(!STYLE.contains("url(") && !STYLE.contains("@import") && !STYLE.contains('<'));
    }

    #[test]
    fn every_ink_has_its_colour() {
        for ink in Ink::ALL {
            assert!(STYLE.contains(&format!(".{}{{", ink.class())), "{ink:?}");
        }
    }
}
