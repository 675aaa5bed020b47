//! Colour and weight of text on a terminal; never the only signal.

use std::io::{self, IsTerminal};

use crate::cli::Colour;

/// Widest line of running text.
const WIDTH_MAX: usize = 100;

/// Narrowest line that is still wrapped.
const WIDTH_MIN: usize = 40;

/// How text is dressed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    colour: bool,
    /// Columns of running text.
    pub(crate) width: usize,
}

impl Style {
    /// The style for standard output. `NO_COLOR` (any value but the empty one) turns colour off,
    /// as does output that is not a terminal.
    pub(crate) fn for_stdout(colour: Colour) -> Self {
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let colour = match colour {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => !no_colour && io::stdout().is_terminal(),
        };
        let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        Self { colour, width: columns.unwrap_or(WIDTH_MAX).clamp(WIDTH_MIN, WIDTH_MAX) }
    }

    /// A heading or the word that matters.
    pub(crate) fn bold(self, text: &str) -> String {
        self.dress("1", text)
    }

    /// What may be passed over.
    pub(crate) fn dim(self, text: &str) -> String {
        self.dress("2", text)
    }

    /// What failed.
    pub(crate) fn bad(self, text: &str) -> String {
        self.dress("1;31", text)
    }

    /// What is well.
    pub(crate) fn good(self, text: &str) -> String {
        self.dress("32", text)
    }

    /// What is uncertain.
    pub(crate) fn warn(self, text: &str) -> String {
        self.dress("33", text)
    }

    /// Code and commands.
    pub(crate) fn code(self, text: &str) -> String {
        self.dress("36", text)
    }

    fn dress(self, codes: &str, text: &str) -> String {
        if self.colour { format!("\x1b[{codes}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// Breaks running text into lines of at most `width` columns; every line begins with `indent`.
pub(crate) fn wrap(text: &str, width: usize, indent: &str) -> String {
    let mut out = String::new();
    let mut column = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if column > 0 && indent.len() + column + 1 + length > width {
            out.push('\n');
            column = 0;
        }
        if column == 0 {
            out.push_str(indent);
        } else {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out
}

/// A name and what it means, the meaning wrapped beside it.
pub(crate) fn entry(
    indent: &str,
    name: &str,
    columns: usize,
    meaning: &str,
    width: usize,
) -> String {
    let hanging = " ".repeat(indent.len() + columns + 1);
    let wrapped = wrap(meaning, width, &hanging);
    if name.chars().count() > columns {
        return format!("{indent}{name}\n{wrapped}");
    }
    format!("{indent}{name:<columns$} {}", wrapped.trim_start())
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn long_text_is_wrapped_at_words() {
        assert_eq!(wrap("aa bb cc", 7, " "), " aa bb\n cc");
        assert_eq!(wrap("", 10, "  "), "");
        assert_eq!(wrap("longerthanthat x", 5, ""), "longerthanthat\nx");
    }
}
