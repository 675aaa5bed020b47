//! Configurations with `@PLACES@` for what is known only at the start.

use anyhow::ensure;

/// Fills the places of a configuration.
///
/// # Errors
///
/// When a place stays open: a wrong configuration would be measured.
pub(crate) fn fill(text: &str, values: &[(&str, String)]) -> anyhow::Result<String> {
    let mut filled = text.to_owned();
    for (name, value) in values {
        filled = filled.replace(&format!("@{name}@"), value);
    }
    let open = filled.split('@').skip(1).step_by(2).find(|word| is_name(word));
    ensure!(open.is_none(), "no value for @{}@", open.unwrap_or_default());
    Ok(filled)
}

fn is_name(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled() {
        let filled = fill("listen @PLAIN@;", &[("PLAIN", "1".to_owned())]);

        assert_eq!(filled.unwrap(), "listen 1;");
    }

    #[test]
    fn an_open_place_is_an_error() {
        assert!(fill("listen @PLAIN@;", &[]).is_err());
    }
}
