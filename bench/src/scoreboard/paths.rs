//! What clients ask for and what they have to get.

/// What the faults strike; health checks are elsewhere.
pub(super) const PREFIX: &str = "/app/";

/// The health check.
pub(super) const HEALTH: &str = "/health";

/// The beginning of the request line of a POST; its number follows.
pub(super) const POST_LINE: &str = "POST /app/post/";

/// Bytes of every healthy body: below what is held back until a response is complete.
const BODY_BYTES: usize = 4096;

/// Returns the path of a request.
pub(super) fn path(is_post: bool, number: u64) -> String {
    let word = if is_post { "post" } else { "get" };
    format!("{PREFIX}{word}/{number}")
}

/// Returns the number in a path.
pub(super) fn number(path: &str) -> Option<u64> {
    path.strip_prefix(PREFIX)?.rsplit('/').next()?.parse().ok()
}

/// Returns the body that answers a request: nobody can take it for the answer to another one.
pub(super) fn body(number: u64) -> Vec<u8> {
    let mut body = format!("{number}\n").into_bytes();
    body.resize(BODY_BYTES, b'x');
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_holds_its_number() {
        assert_eq!(number(&path(true, 12)), Some(12));
    }

    #[test]
    fn the_health_check_has_none() {
        assert_eq!(number(HEALTH), None);
    }
}
