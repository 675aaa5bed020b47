//! What a template may not contain, so that no template can fill the memory.
//!
//! The engine counts instructions (its *fuel*) and we count the bytes of the output, but neither counts
//! what one instruction makes: `x ~ x` on a variable that is set anew doubles it with each. What can make
//! a value larger than what it is made of is therefore no part of our language: variables and macros,
//! `~`, `+` and `*`, literals of lists and maps, recursive loops. What is left prints fields, chooses, and
//! goes through lists.

/// The words with which a block may begin.
const BLOCKS: &[&str] = &["if", "elif", "else", "endif", "for", "endfor"];

/// Says what a template contains that it may not.
///
/// # Errors
///
/// With the first such part. A template that is no template at all passes; the engine says so.
pub(super) fn check(source: &str) -> Result<(), String> {
    let mut rest = source;
    while let Some((kind, inside, after)) = next(rest) {
        match kind {
            Kind::Comment => {}
            Kind::Print => expression(inside)?,
            Kind::Block => block(inside)?,
        }
        rest = after;
    }
    Ok(())
}

#[derive(Clone, Copy)]
enum Kind {
    Comment,
    Print,
    Block,
}

/// Finds the next part between braces: its kind, what is in it, and what comes behind.
fn next(text: &str) -> Option<(Kind, &str, &str)> {
    const OPENING: [(&str, &str, Kind); 3] =
        [("{#", "#}", Kind::Comment), ("{{", "}}", Kind::Print), ("{%", "%}", Kind::Block)];
    let found = OPENING.iter().filter_map(|opening| text.find(opening.0).map(|at| (at, opening)));
    let (at, (open, close, kind)) = found.min_by_key(|(at, _)| *at)?;
    let inside = text.get(at + open.len()..)?;
    let end = match kind {
        Kind::Comment => inside.find(close),
        Kind::Print | Kind::Block => outside_of_strings(inside).find(close),
    };
    let end = end.unwrap_or(inside.len());
    Some((*kind, inside.get(..end)?, inside.get(end + close.len()..).unwrap_or_default()))
}

/// Returns a text of the same length in which strings have become blanks.
fn outside_of_strings(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut quote = None;
    let mut escaped = false;
    for c in text.chars() {
        let blank = quote.is_some() || c == '"' || c == '\'';
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if c == '\\' => escaped = true,
            Some(open) if c == open => quote = None,
            None if blank => quote = Some(c),
            _ => {}
        }
        if blank {
            out.extend(std::iter::repeat_n('\u{1}', c.len_utf8()));
        } else {
            out.push(c);
        }
    }
    out
}

fn block(inside: &str) -> Result<(), String> {
    let bare = inside.trim_matches(['-', '+']).trim();
    let word = bare.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    if !BLOCKS.contains(&word) {
        return Err(format!("`{word}` is not for templates of messages"));
    }
    let behind = bare.get(word.len()..).unwrap_or_default();
    if word != "for" {
        return expression(behind);
    }
    // The names before `in` may be several, with commas.
    let list = behind.split_once(" in ").map_or(behind, |(_, list)| list);
    if outside_of_strings(list)
        .split(|c: char| !c.is_ascii_alphanumeric())
        .any(|w| w == "recursive")
    {
        return Err("`recursive` is not for templates of messages".to_owned());
    }
    expression(list)
}

fn expression(inside: &str) -> Result<(), String> {
    let bare = outside_of_strings(inside.trim_matches(['-', '+']));
    let mut depth = 0_usize;
    let mut before = ' ';
    for c in bare.chars() {
        let follows_name = before.is_alphanumeric() || matches!(before, '_' | ')' | ']');
        match c {
            '~' | '*' | '+' => return Err(format!("`{c}` is not for templates of messages")),
            '{' => return Err("a map is not for templates of messages".to_owned()),
            '[' if !follows_name => {
                return Err("a list is not for templates of messages".to_owned());
            }
            '(' if !follows_name => {
                return Err("brackets are only for what a filter takes".to_owned());
            }
            ',' if depth == 0 => return Err("a list is not for templates of messages".to_owned()),
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        before = c;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_prints_chooses_and_goes_through_lists_is_allowed() {
        for text in [
            "no braces { at } all",
            "{{ title }} {{- summary -}}",
            "{% if verdict and verdict.confidence > 0.8 %}sure{% elif doubt %}{{ doubt }}{% else %}?{% endif %}",
            "{% for name in monitors %}{{ name|upper }}{% endfor %}",
            "{% for fix in fixes %}{{ fix.say|default(fix.run) }}{% endfor %}",
            "{{ monitors|join(\", \") }} {{ monitors[0] }} {{ title|truncate(20) }}",
            "{{ \"a + b ~ {c} [d]\" }} {# set x = 1 ~ 2 #}",
            "{{ '}}' }}{{ 'it\\'s ~' }}",
        ] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_makes_values_larger_is_refused() {
        for text in [
            "{% set x = title %}",
            "{%- set x = title %}",
            "{%+ with x = title %}{% endwith %}",
            "{% macro a() %}{% endmacro %}",
            "{% filter upper %}{% endfilter %}",
            "{% include 'a' %}",
            "{% raw %}",
            "{{ title ~ title }}",
            "{{ title + title }}",
            "{{ title * 1000000 }}",
            "{{ [title, title] }}",
            "{{ (title, title)|join }}",
            "{{ title, title }}",
            "{{ {'a': title} }}",
            "{% for x in [1] %}{% endfor %}",
            "{% for x in title, title %}{% endfor %}",
            "{% for x in missed recursive %}{{ loop(missed) }}{% endfor %}",
            "{{ '}}' ~ title }}",
            "{{ \"\\\"\" ~ title }}",
            "{{ title ~ title",
        ] {
            assert!(check(text).is_err(), "{text}");
        }
    }
}
