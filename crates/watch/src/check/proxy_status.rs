//! What a gateway says of itself and of whom it asked: `Proxy-Status` (RFC 9209) and `Via`.

/// One member of `Proxy-Status` that tells of an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Member {
    /// How the gateway calls itself.
    pub(super) name: String,
    /// The error type.
    pub(super) error: Option<String>,
    /// Whom it asked, in `next-hop`.
    pub(super) next_hop: Option<String>,
}

/// Characters of a name that are read; more is no name.
const NAME_MAX: usize = 128;

/// Returns the first member with an error: the one nearest to the origin comes first (section 2), and
/// errors further on follow from it.
pub(super) fn failing(value: &str) -> Option<Member> {
    split(value, ',').into_iter().map(member).find(|member| member.error.is_some())
}

fn member(text: &str) -> Member {
    let mut parts = split(text, ';').into_iter();
    let mut member = Member { name: item(parts.next().unwrap_or_default()), ..Member::default() };
    for part in parts {
        let Some((key, value)) = part.split_once('=') else { continue };
        match key.trim() {
            "error" => member.error = Some(item(value)),
            "next-hop" => member.next_hop = Some(item(value)),
            _ => {}
        }
    }
    member
}

/// A token or a string without its quotes (RFC 9651 section 3.3), bounded.
fn item(text: &str) -> String {
    let text = text.trim();
    let inside = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let plain = |c: &char| !matches!(c, '\\' | '"') && !c.is_control();
    inside.chars().filter(plain).take(NAME_MAX).collect()
}

/// Splits where a separator stands outside of quotes.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if c == separator && !quoted => {
                parts.push(text.get(start..at).unwrap_or_default());
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(text.get(start..).unwrap_or_default());
    parts
}

/// Returns how the last gateway in `Via` calls itself: the one that we spoke with (RFC 9110 section
/// 7.6.3).
pub(super) fn via(value: &str) -> Option<String> {
    let last = value.rsplit(',').next()?.trim();
    let name = last.split_ascii_whitespace().nth(1)?;
    let name = item(name);
    (!name.is_empty()).then_some(name)
}

/// Names that products have of themselves and that say nothing about which one it is.
const GENERIC: &[&str] = &[
    "apache",
    "akamai",
    "caddy",
    "cloudflare",
    "cloudfront",
    "envoy",
    "fastly",
    "fly.io",
    "goodgate",
    "google",
    "haproxy",
    "istio-envoy",
    "kong",
    "nginx",
    "openresty",
    "squid",
    "traefik",
    "varnish",
    "vegur",
];

/// Whether a name says which gateway it is, and not only of which make.
pub(super) fn is_specific(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let make = name.split(['/', ' ']).next().unwrap_or_default();
    !GENERIC.contains(&make)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_nearest_to_the_origin_counts() {
        let value = "FooProxy; received-status=200, \"edge, 1\";error=connection_refused;\
                     next-hop=\"10.0.0.7:8080\", outer; error=http_protocol_error";

        let member = failing(value).unwrap();

        assert_eq!(member.name, "edge, 1");
        assert_eq!(member.error.as_deref(), Some("connection_refused"));
        assert_eq!(member.next_hop.as_deref(), Some("10.0.0.7:8080"));
        assert_eq!(failing("a, b; details=\"error=x\""), None);
        assert_eq!(failing(""), None);
    }

    proptest::proptest! {
        #[test]
        fn no_value_makes_it_panic_or_grow(value in "[a;,=\"\\\\ é\u{1b}-]{0,40}|(error=x;?){0,40}") {
            if let Some(member) = failing(&value) {
                proptest::prop_assert!(member.name.chars().count() <= NAME_MAX);
                proptest::prop_assert!(!member.name.contains(char::is_control), "steers");
            }
            via(&value);
        }
    }

    #[test]
    fn the_last_name_in_via_is_whom_we_spoke_with() {
        assert_eq!(via("1.0 fred, 1.1 edge-1 (goodgate)").as_deref(), Some("edge-1"));
        assert_eq!(via("HTTP/2 p.example:8080").as_deref(), Some("p.example:8080"));
        assert_eq!(via("1.1"), None);
        assert_eq!(via(""), None);
    }

    #[test]
    fn the_name_of_a_product_is_nobodys_name() {
        for (name, expected) in
            [("nginx", false), ("nginx/1.24.0", false), ("Varnish", false), ("edge-1", true)]
        {
            assert_eq!(is_specific(name), expected, "{name}");
        }
    }
}
