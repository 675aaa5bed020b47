//! Where a line says that the upstream is.

/// What stands before an upstream's address in the lines of each product.
const MARKS: &[(&str, &[char])] = &[
    ("upstream: \"", &['"']),
    ("attempt to connect to Unix domain socket ", &[' ', '(']),
    ("attempt to connect to ", &[' ', '(']),
    ("remote server ", &[' ']),
    ("pass request body failed to ", &[' ']),
    ("dial tcp ", &[' ']),
    ("dial unix ", &[':', ' ']),
    ("ECONNREFUSED ", &[' ']),
    ("ETIMEDOUT ", &[' ']),
    ("EHOSTUNREACH ", &[' ']),
    ("socket: tcp:", &[' ', ')']),
    ("socket: unix:", &[':', ' ']),
    ("connect() to unix:", &[' ']),
    ("connect() to ", &[' ']),
];

/// Returns the upstream that a line names, as `host:port` or `unix:path`.
pub(crate) fn upstream(line: &str) -> Option<String> {
    MARKS.iter().find_map(|(mark, ends)| {
        let (_, rest) = line.split_once(mark)?;
        let end = rest.find(*ends).unwrap_or(rest.len());
        let named = rest.get(..end)?.trim_end_matches([':', ',', '.']);
        let unix = mark.contains("unix") || mark.contains("Unix");
        address(named, unix)
    })
}

fn address(named: &str, unix: bool) -> Option<String> {
    let bare = named.split_once("://").map_or(named, |(_, rest)| rest);
    if let Some(path) = bare.strip_prefix("unix:") {
        let path = path.split(':').next().unwrap_or(path);
        return Some(format!("unix:{path}"));
    }
    if unix || bare.starts_with('/') {
        return Some(format!("unix:{bare}"));
    }
    let authority = bare.split('/').next().unwrap_or(bare);
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-_:[]".contains(c);
    let has_port = authority.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    (has_port && authority.chars().all(plain)).then(|| authority.to_owned())
}

#[cfg(test)]
mod tests {
    use super::upstream;

    #[test]
    fn reads_the_forms_of_gateways() {
        for (line, expected) in [
            ("x, upstream: \"http://10.0.0.7:8000/a?b\", host: \"h\"", "10.0.0.7:8000"),
            ("x upstream: \"fastcgi://unix:/run/php.sock:\", host", "unix:/run/php.sock"),
            (
                "AH00957: http: attempt to connect to 10.0.0.7:80 (10.0.0.7:80) failed",
                "10.0.0.7:80",
            ),
            ("dial tcp [::1]:80: connect: connection refused", "[::1]:80"),
            ("dial unix /run/a.sock: connect: permission denied", "unix:/run/a.sock"),
            ("connect ECONNREFUSED 127.0.0.1:20001", "127.0.0.1:20001"),
        ] {
            assert_eq!(upstream(line).as_deref(), Some(expected), "{line}");
        }
    }

    #[test]
    fn names_without_a_port_are_not_addresses() {
        assert_eq!(upstream("dial tcp: lookup nx.test: no such host"), None);
    }
}
