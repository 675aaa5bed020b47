//! The fonts: how wide letters are, which there are, and what is written for those that are not.

use std::io::Read as _;

use flate2::read::GzDecoder;
use krilla::text::Font;
use ttf_parser::Face;

/// The largest font of ours.
const LARGEST: u64 = 4 << 20;

/// How a text is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// As text.
    Plain,
    /// With weight.
    Bold,
    /// Letter by letter.
    Mono,
}

/// The files of the fonts: plain, bold, mono.
pub(super) type Packed = [Vec<u8>; 3];

/// Returns the fonts of this program; none where they cannot be read.
pub(super) fn unpacked() -> Option<Packed> {
    let of = |packed: &[u8]| {
        let mut font = Vec::new();
        GzDecoder::new(packed).take(LARGEST).read_to_end(&mut font).ok()?;
        Some(font)
    };
    Some([
        of(include_bytes!("../../../fonts/DejaVuSans.ttf.gz"))?,
        of(include_bytes!("../../../fonts/DejaVuSans-Bold.ttf.gz"))?,
        of(include_bytes!("../../../fonts/DejaVuSansMono.ttf.gz"))?,
    ])
}

/// The fonts, read.
pub(super) struct Fonts<'a> {
    plain: One<'a>,
    bold: One<'a>,
    mono: One<'a>,
}

struct One<'a> {
    face: Face<'a>,
    font: Font,
}

impl<'a> Fonts<'a> {
    /// Reads the fonts.
    pub(super) fn of(packed: &'a Packed) -> Option<Self> {
        let of = |bytes: &'a Vec<u8>| {
            let font = Font::new(bytes.clone().into(), 0)?;
            Some(One { face: Face::parse(bytes, 0).ok()?, font })
        };
        let [plain, bold, mono] = packed;
        Some(Self { plain: of(plain)?, bold: of(bold)?, mono: of(mono)? })
    }

    /// Returns the font in the form of the library.
    pub(super) fn font(&self, style: Style) -> Font {
        self.one(style).font.clone()
    }

    /// Returns a text with the number of every letter that the font has not.
    pub(super) fn shown(&self, text: &str, style: Style) -> String {
        let face = &self.one(style).face;
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '\t' => out.push_str("    "),
                '\n' => out.push(c),
                c if face.glyph_index(c).is_some() => out.push(c),
                c => out.extend(c.escape_unicode()),
            }
        }
        out
    }

    /// Returns how wide a text is.
    pub(super) fn width(&self, text: &str, style: Style, size: f32) -> f32 {
        text.chars().map(|c| self.letter(c, style, size)).sum()
    }

    fn letter(&self, c: char, style: Style, size: f32) -> f32 {
        let face = &self.one(style).face;
        let advance = face.glyph_index(c).and_then(|glyph| face.glyph_hor_advance(glyph));
        f32::from(advance.unwrap_or_default()) * size / f32::from(face.units_per_em().max(1))
    }

    /// Breaks a text into lines of at most `width`: between words, and within one that is too long.
    pub(super) fn lines(&self, text: &str, style: Style, size: f32, width: f32) -> Vec<String> {
        let mut lines = Vec::new();
        for line in text.lines() {
            self.wrap(line, style, size, width, &mut lines);
        }
        lines
    }

    fn wrap(&self, text: &str, style: Style, size: f32, width: f32, lines: &mut Vec<String>) {
        let mut line = String::new();
        let mut used = 0.0;
        for word in text.split_inclusive(' ') {
            let whole = self.width(word.trim_end(), style, size);
            if used + whole > width && !line.is_empty() && whole <= width {
                lines.push(std::mem::take(&mut line).trim_end().to_owned());
                used = 0.0;
            }
            for c in word.chars() {
                let wide = self.letter(c, style, size);
                if used + wide > width && !line.is_empty() && c != ' ' {
                    lines.push(std::mem::take(&mut line).trim_end().to_owned());
                    used = 0.0;
                }
                line.push(c);
                used += wide;
            }
        }
        lines.push(line.trim_end().to_owned());
    }

    fn one(&self, style: Style) -> &One<'a> {
        match style {
            Style::Plain => &self.plain,
            Style::Bold => &self.bold,
            Style::Mono => &self.mono,
        }
    }
}
