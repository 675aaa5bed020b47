//! A line of the gateway's access log.

use serde::Deserialize;

/// What the lab reads of a line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Line {
    /// The id of the request.
    pub id: String,
    /// The path of the request.
    pub path: String,
    /// The status that the client got.
    pub status: u16,
    /// How it ended; nothing if it was answered.
    pub end: String,
    /// The cause of what the client saw.
    pub cause: String,
    /// Its type of RFC 9209.
    pub error: String,
    /// Where it failed.
    pub stage: String,
    /// Whose part of the chain it is.
    pub blame: String,
    /// The attempts, in order.
    pub attempts: Vec<Attempt>,
    /// Endpoints that were not tried.
    pub endpoints: Vec<Down>,
}

/// An endpoint that was not tried, with how it had failed before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Down {
    /// Its last failure.
    pub last_failure: Attempt,
}

/// An attempt at an endpoint.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Attempt {
    /// The endpoint.
    pub endpoint: String,
    /// The status of its answer.
    pub status: Option<u16>,
    /// Why it failed.
    pub cause: Option<String>,
}

/// Reads the lines of a log; those that are not whole yet are left out.
pub fn lines(text: &str) -> Vec<Line> {
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_its_attempts() {
        let text = r#"{"path":"/","status":502,"end":"failed","cause":"a","took_ms":1.0,"attempts":[{"endpoint":"e","cause":"a"}]}"#;

        let lines = lines(&format!("{text}\n{{\"path\":"));

        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].attempts[0].cause.as_deref(), Some("a"));
    }
}
