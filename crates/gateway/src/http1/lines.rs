//! Lines of a head or trailer section, one after the other as the bytes come.

use bytes::BytesMut;

use super::fields::{Entry, Fields, Span};
use super::known::{Known, KnownSet};
use super::limits::{HEAD_BYTES_MAX, HeadLimits, NAME_MAX};
use super::malformed::{Class, Malformed};
use super::octets;

/// Reads lines, and remembers what it has read: no byte is looked at twice when more come.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// Where the current line begins.
    pub(super) at: usize,
    /// Up to where no line end was found.
    scanned: usize,
    entries: Vec<Entry>,
    present: KnownSet,
    /// Room for added fields, for the next list.
    own: Vec<u8>,
}

/// A line without its end: where it begins, and where it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// What may be wrong with a field line in a response and in no request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leniency {
    None,
    /// White space before the colon is taken away (RFC 9112 section 5.1).
    SpaceBeforeColon,
}

impl Lines {
    /// Goes back to the beginning, and keeps the room.
    fn rewind(&mut self) {
        self.at = 0;
        self.scanned = 0;
        self.entries.clear();
        self.present = KnownSet::default();
    }

    /// Takes the section that was read from `input`, as a list of fields, and goes back to the
    /// beginning.
    pub(super) fn take(&mut self, input: &mut BytesMut) -> Fields {
        let block = input.split_to(self.at.min(input.len())).freeze();
        let entries = std::mem::take(&mut self.entries);
        let own = std::mem::take(&mut self.own);
        let fields = Fields::read(block, entries, self.present, own);
        self.rewind();
        fields
    }

    /// Takes the room of a list that is done.
    pub(super) fn reuse(&mut self, fields: Fields) {
        if self.entries.is_empty() {
            (self.entries, self.own) = fields.into_room();
        }
    }

    /// Returns the next line, or nothing when its end has not come.
    #[inline]
    pub(super) fn next(
        &mut self,
        bytes: &[u8],
        line_max: usize,
        too_long: Class,
        limits: &HeadLimits,
    ) -> Result<Option<Line>, Malformed> {
        let start = self.at;
        let rest = bytes.get(self.scanned..).unwrap_or_default();
        let stop = octets::control_at(rest).map(|offset| self.scanned + offset);
        let end = stop.unwrap_or(bytes.len());
        let head_max = limits.bytes.min(HEAD_BYTES_MAX);
        let line_end_max = start.saturating_add(line_max);
        if end > line_end_max && line_end_max <= head_max {
            return Err(Malformed::new(too_long, line_end_max));
        }
        if end > head_max {
            return Err(Malformed::new(Class::LongHead, head_max));
        }
        self.scanned = end;
        let ending = bytes.get(end..).unwrap_or_default();
        match ending {
            [] | [b'\r'] => return Ok(None),
            [b'\r', ..] if end + 2 > head_max => {
                return Err(Malformed::new(Class::LongHead, head_max));
            }
            [b'\r', b'\n', ..] => {}
            _ if end == head_max => return Err(Malformed::new(Class::LongHead, head_max)),
            [b'\n', ..] => return Err(Malformed::new(Class::BareLf, end)),
            _ => return Err(Malformed::new(control(bytes, end), end)),
        }
        self.at = end + 2;
        self.scanned = self.at;
        Ok(Some(Line { start, end }))
    }

    /// Reads field lines up to the empty line; tells whether that was reached.
    #[inline]
    pub(super) fn fields(
        &mut self,
        bytes: &[u8],
        limits: &HeadLimits,
        leniency: Leniency,
    ) -> Result<bool, Malformed> {
        while let Some(line) = self.next(bytes, limits.field_line, Class::LongField, limits)? {
            if line.start == line.end {
                return Ok(true);
            }
            if self.entries.len() >= limits.fields {
                return Err(Malformed::new(Class::ManyFields, line.start));
            }
            let entry = field(bytes, line, leniency)?;
            if let Some(known) = entry.known() {
                self.present.insert(known);
            }
            self.entries.push(entry);
        }
        Ok(false)
    }
}

#[inline]
fn field(bytes: &[u8], line: Line, leniency: Leniency) -> Result<Entry, Malformed> {
    let text = bytes.get(line.start..line.end).unwrap_or_default();
    let colon = octets::colon_at(text).unwrap_or(text.len());
    let (name, value) = text.split_at_checked(colon).unwrap_or_default();
    let known = Known::of(name);
    let mut name_len = colon;
    // A known name is a token, and has its colon.
    if known.is_none() || value.is_empty() {
        name_len = octets::token_len(name);
        if name_len != colon || name_len == 0 || value.is_empty() {
            check_odd_name(text, name_len, leniency)
                .map_err(|class| Malformed::new(class, line.start + name_len))?;
        }
        if name_len > NAME_MAX {
            return Err(Malformed::new(Class::LongField, line.start + NAME_MAX));
        }
    }
    let value = value.get(1..).unwrap_or_default();
    let trimmed = octets::trim_start(value);
    let value_start = line.end - trimmed.len();
    let trimmed = octets::trim_end(trimmed);
    let has_one_space = value.first() == Some(&b' ') && value.len() == trimmed.len() + 1;
    let is_line = has_one_space && name_len == colon;
    let known =
        if name_len == colon { known } else { Known::of(name.get(..name_len).unwrap_or_default()) };
    let value = Span::new(value_start, trimmed.len());
    Ok(Entry::read(Span::new(line.start, name_len), value, known, is_line))
}

/// Says what is wrong with the byte at `at`, which may not be there.
pub(super) fn control(bytes: &[u8], at: usize) -> Class {
    match bytes.get(at) {
        Some(b'\r') => Class::BareCr,
        Some(0) => Class::NulByte,
        _ => Class::ControlCharacter,
    }
}

/// Says what is wrong with a line whose first `name_len` bytes are no name with its colon, unless
/// it is only white space before the colon and that is allowed.
#[cold]
fn check_odd_name(text: &[u8], name_len: usize, leniency: Leniency) -> Result<(), Class> {
    let rest = text.get(name_len..).unwrap_or_default();
    let has_colon = rest.contains(&b':');
    match rest {
        [b' ' | b'\t', ..] if name_len == 0 => Err(Class::ObsFold),
        [b' ' | b'\t', ..] if octets::trim_start(rest).starts_with(b":") => match leniency {
            Leniency::SpaceBeforeColon => Ok(()),
            Leniency::None => Err(Class::SpaceBeforeColon),
        },
        _ if has_colon => Err(Class::InvalidName),
        _ => Err(Class::MissingColon),
    }
}
