//! What stands within a line: code, bold, emphasis and links. Everything else is text.

use goodgate_evidence::text::html as escape;

/// Dresses a line.
pub(super) fn inline(text: &str) -> String {
    let mut out = String::new();
    for (at, part) in text.split('`').enumerate() {
        if at % 2 == 1 {
            dress(&mut out, "code", &escape(part));
        } else {
            strong(&mut out, part);
        }
    }
    out
}

fn strong(out: &mut String, text: &str) {
    for (at, part) in text.split("**").enumerate() {
        if at % 2 == 1 {
            out.push_str("<b>");
            links(out, part);
            out.push_str("</b>");
        } else {
            links(out, part);
        }
    }
}

fn dress(out: &mut String, element: &str, inside: &str) {
    out.extend(["<", element, ">", inside, "</", element, ">"]);
}

/// Makes links of `[text](address)` and `<address>`, where the address is one of the web.
fn links(out: &mut String, mut text: &str) {
    while let Some(at) = text.find(['[', '<']) {
        let (before, from) = text.split_at(at);
        emphasis(out, before);
        if let Some((name, address, behind)) = named(from).or_else(|| bare(from)) {
            out.extend(["<a href=\"", &escape(address), "\">", &escape(name), "</a>"]);
            text = behind;
        } else {
            let (sign, behind) = from.split_at(1);
            out.push_str(&escape(sign));
            text = behind;
        }
    }
    emphasis(out, text);
}

fn named(text: &str) -> Option<(&str, &str, &str)> {
    let (name, rest) = text.strip_prefix('[')?.split_once("](")?;
    let (address, behind) = rest.split_once(')')?;
    (is_address(address) && !name.contains(['[', ']'])).then_some((name, address, behind))
}

fn bare(text: &str) -> Option<(&str, &str, &str)> {
    let (address, behind) = text.strip_prefix('<')?.split_once('>')?;
    is_address(address).then_some((address, address, behind))
}

fn is_address(text: &str) -> bool {
    (text.starts_with("https://") || text.starts_with("http://"))
        && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"'<>\\`".contains(&byte))
}

/// Dresses `*words*`; a star beside a space is a star.
fn emphasis(out: &mut String, mut text: &str) {
    while let Some((before, rest)) = text.split_once('*') {
        let inside = rest.split_once('*').filter(|(inside, _)| {
            !inside.is_empty() && !inside.starts_with(' ') && !inside.ends_with(' ')
        });
        out.push_str(&escape(before));
        text = if let Some((inside, behind)) = inside {
            dress(out, "i", &escape(inside));
            behind
        } else {
            out.push('*');
            rest
        };
    }
    out.push_str(&escape(text));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_the_web_alone() {
        assert_eq!(
            inline("see [RFC <9209>](https://a.example/x?a=1&b=2), <http://b/>"),
            "see <a href=\"https://a.example/x?a=1&amp;b=2\">RFC &lt;9209&gt;</a>, \
             <a href=\"http://b/\">http://b/</a>"
        );
        assert_eq!(inline("[a](/b) [c] a<b"), "[a](/b) [c] a&lt;b");
        assert_eq!(inline("[a](ftp://b)"), "[a](ftp://b)");
    }

    #[test]
    fn a_star_alone_is_a_star() {
        assert_eq!(inline("2 * 3 *x* *"), "2 * 3 <i>x</i> *");
    }
}
