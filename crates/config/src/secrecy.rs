//! Which lines may hold a secret and are not repeated in messages.

/// Parts of the names of keys whose values are nobody's business, in lower case.
const SECRET: &[&str] = &["token", "secret", "pass", "credential", "authorization", "cookie"];

/// Whether a key of this name may hold a secret.
pub(crate) fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET.iter().any(|part| name.contains(part))
}

/// Whether a line sets such a key, be it in the middle of an inline table.
pub(crate) fn sets_secret(line: &str) -> bool {
    let mut keys: Vec<&str> = line.split('=').collect();
    // What stands behind the last `=` is a value; a line without one may be a lost piece of a key.
    if keys.len() > 1 {
        keys.pop();
    }
    keys.iter().any(|before| is_secret_name(last_word(before)))
}

/// The key before a `=`: what stands behind the last comma or bracket.
fn last_word(text: &str) -> &str {
    text.rsplit([',', '{', '[']).next().unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_set_a_secret_are_known() {
        for (line, expected) in [
            ("token = \"x\"", true),
            ("admin = { address = \"a\", api-token = \"x\" }", true),
            ("\"Authorization\" = \"Basic x\"", true),
            ("path = \"/password\"", false),
            ("# the token", true),
            ("retries = 2", false),
        ] {
            assert_eq!(sets_secret(line), expected, "{line}");
        }
    }
}
