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
        let found = memchr::memchr(b'\n', rest).map(|offset| self.scanned + offset);
        check_bounds(start, bytes.len(), found, line_max, too_long, limits)?;
        let Some(line_feed) = found else {
            self.scanned = bytes.len();
            return Ok(None);
        };
        if line_feed == start || bytes.get(line_feed - 1) != Some(&b'\r') {
            return Err(Malformed::new(Class::BareLf, line_feed));
        }
        self.at = line_feed + 1;
        self.scanned = self.at;
        Ok(Some(Line { start, end: line_feed - 1 }))
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

/// Refuses a line beyond its own bound or that of the head, whichever comes first: the same whether
/// the line has come in one piece or in many.
#[inline]
fn check_bounds(
    start: usize,
    available: usize,
    line_feed: Option<usize>,
    line_max: usize,
    too_long: Class,
    limits: &HeadLimits,
) -> Result<(), Malformed> {
    // The last byte may be the CR, which does not count.
    let line_bound = start.saturating_add(line_max).saturating_add(1);
    let head_bound = limits.bytes.min(HEAD_BYTES_MAX);
    let beyond_line = line_feed.unwrap_or(available) > line_bound;
    let beyond_head = line_feed.map_or(available, |at| at + 1) > head_bound;
    if beyond_line && (!beyond_head || line_bound <= head_bound) {
        return Err(Malformed::new(too_long, line_bound - 1));
    }
    if beyond_head {
        return Err(Malformed::new(Class::LongHead, head_bound));
    }
    Ok(())
}

#[inline]
fn field(bytes: &[u8], line: Line, leniency: Leniency) -> Result<Entry, Malformed> {
    let text = bytes.get(line.start..line.end).unwrap_or_default();
    let name_len = octets::token_len(text);
    let (name, rest) = text.split_at_checked(name_len).unwrap_or((text, &[]));
    let value = match rest {
        [b':', value @ ..] if !name.is_empty() => value,
        _ => after_odd_name(text, name_len, leniency)
            .map_err(|class| Malformed::new(class, line.start + name_len))?,
    };
    if name_len > NAME_MAX {
        return Err(Malformed::new(Class::LongField, line.start + NAME_MAX));
    }
    let value_start = line.end - value.len();
    if let Some(at) = octets::value_fault(value) {
        let class = control(value, at);
        return Err(Malformed::new(class, value_start + at));
    }
    let trimmed = octets::trim_start(value);
    let value_start = line.end - trimmed.len();
    let value = Span::new(value_start, octets::trim_end(trimmed).len());
    Ok(Entry::new(Span::new(line.start, name_len), value, Known::of(name)))
}

/// Says what is wrong with the byte at `at`, which may not be there.
pub(super) fn control(bytes: &[u8], at: usize) -> Class {
    match bytes.get(at) {
        Some(b'\r') => Class::BareCr,
        Some(0) => Class::NulByte,
        _ => Class::ControlCharacter,
    }
}

/// Returns the value of a line whose name is not followed by its colon, or says what is wrong.
#[cold]
fn after_odd_name(text: &[u8], name_len: usize, leniency: Leniency) -> Result<&[u8], Class> {
    let rest = text.get(name_len..).unwrap_or_default();
    match rest {
        [b' ' | b'\t', ..] if name_len == 0 => Err(Class::ObsFold),
        [b' ' | b'\t', ..] => match octets::trim_start(rest) {
            [b':', value @ ..] if leniency == Leniency::SpaceBeforeColon => Ok(value),
            [b':', ..] => Err(Class::SpaceBeforeColon),
            other if other.contains(&b':') => Err(Class::InvalidName),
            _ => Err(Class::MissingColon),
        },
        [b':', ..] => Err(Class::InvalidName),
        [b'\r' | 0, ..] => Err(control(rest, 0)),
        other if other.contains(&b':') => Err(Class::InvalidName),
        _ => Err(Class::MissingColon),
    }
}
