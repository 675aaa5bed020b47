//! Header fields in order, over the bytes as they were read.
//!
//! The block is shared with what was read, nothing is copied; fields that the gateway adds lie in a
//! buffer of their own. A field is sixteen bytes of offsets, and says whether its name is one of the
//! [known](Known) ones.

use std::ops::Range;

use bytes::Bytes;

use super::known::{Known, KnownSet};
use super::limits::{FIELDS_KEPT, NAME_MAX, OWN_KEPT};
use super::octets;

/// An ordered list of header or trailer fields.
#[derive(Clone, Default)]
pub struct Fields {
    /// What was read: the whole head, from its first byte.
    block: Bytes,
    /// Names and values of added fields, one after the other.
    own: Vec<u8>,
    entries: Vec<Entry>,
    /// The known names that occur, so that a look-up of what is not there ends at once.
    present: KnownSet,
}

/// A stretch of the block, or of the added bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Span {
    /// The offset; the top bit says that it is one into the added bytes.
    start: u32,
    len: u32,
}

/// Room for what is usually added, so that it does not grow name by name.
const OWN_FIRST: usize = 256;

/// Says that an offset is one into the added bytes.
const OWN: u32 = 1 << 31;

impl Span {
    /// A stretch of the block. Offsets are below [`HEAD_BYTES_MAX`](super::limits::HEAD_BYTES_MAX).
    pub(super) fn new(start: usize, len: usize) -> Self {
        Self { start: start as u32 & !OWN, len: len as u32 }
    }
}

/// One field.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    name_start: u32,
    value: Span,
    name_len: u16,
    known: Option<Known>,
    /// It lies in the block as it is written: name, colon, space, value, CR LF.
    is_line: bool,
}

impl Entry {
    /// An added field, or one that was changed; names are no longer than [`NAME_MAX`].
    fn new(name: Span, value: Span, known: Option<Known>) -> Self {
        Self { name_start: name.start, name_len: name.len as u16, value, known, is_line: false }
    }

    /// A field that was read, from its line in the block.
    #[inline]
    pub(super) fn read(name: Span, value: Span, known: Option<Known>, is_line: bool) -> Self {
        Self { is_line, ..Self::new(name, value, known) }
    }

    pub(super) const fn known(self) -> Option<Known> {
        self.known
    }

    const fn name(self) -> Span {
        Span { start: self.name_start, len: self.name_len as u32 }
    }
}

/// A field that may not be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidField {
    /// The name is empty, too long, or no token.
    #[error("write a field: its name is no token")]
    Name,
    /// The value holds a control character, or begins or ends with white space.
    #[error("write a field: its value holds a control character or ends in white space")]
    Value,
    /// The added fields together are beyond two GiB.
    #[error("write a field: there is no room for it")]
    Room,
}

impl Fields {
    /// Returns an empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// A list over the head that was read.
    pub(super) fn read(block: Bytes, entries: Vec<Entry>, present: KnownSet, own: Vec<u8>) -> Self {
        Self { block, own, entries, present }
    }

    /// Returns the value of the first field with this name.
    #[inline]
    pub fn get(&self, name: Known) -> Option<&[u8]> {
        self.all(name).next()
    }

    /// Returns the values of all fields with this name, in order.
    #[inline]
    pub fn all(&self, name: Known) -> impl Iterator<Item = &[u8]> {
        // An empty slice where there is none, so that nothing is searched.
        let entries = if self.has(name) { self.entries.as_slice() } else { &[] };
        let found = entries.iter().filter(move |entry| entry.known == Some(name));
        found.map(|entry| self.slice(entry.value))
    }

    /// Tells whether there is a field with this name.
    #[inline]
    pub fn has(&self, name: Known) -> bool {
        self.present.contains(name)
    }

    /// Tells whether there is a field with one of these names.
    #[inline]
    pub fn has_any(&self, names: KnownSet) -> bool {
        self.present.meets(names)
    }

    /// Returns the value of the first field with this name, in any case.
    pub fn get_by_name(&self, name: &[u8]) -> Option<&[u8]> {
        self.all_by_name(name).next()
    }

    /// Returns the values of all fields with this name, in any case and in order.
    pub fn all_by_name<'a>(&'a self, name: &[u8]) -> impl Iterator<Item = &'a [u8]> {
        let known = Known::of(name);
        let found = self.entries.iter().filter(move |entry| self.is_named(entry, known, name));
        found.map(|entry| self.slice(entry.value))
    }

    /// Removes all fields with this name and returns how many there were.
    pub fn remove(&mut self, name: Known) -> usize {
        if !self.has(name) {
            return 0;
        }
        let before = self.entries.len();
        self.entries.retain(|entry| entry.known != Some(name));
        self.present.remove(name);
        before - self.entries.len()
    }

    /// Removes all fields with this name, in any case, and returns how many there were.
    pub fn remove_by_name(&mut self, name: &[u8]) -> usize {
        match Known::of(name) {
            Some(known) => self.remove(known),
            None => {
                self.retain(|known, other, _| known.is_some() || !other.eq_ignore_ascii_case(name))
            }
        }
    }

    /// Removes the fields that a server may take for known ones, because it reads underscores as
    /// hyphens (`X_Forwarded_For`); returns how many there were.
    ///
    /// For requests that go on with fields of which the gateway says that they are true.
    pub fn remove_lookalikes(&mut self) -> usize {
        let is_lookalike = |known: Option<Known>, name: &[u8]| {
            known.is_none() && name.contains(&b'_') && Known::of_lookalike(name).is_some()
        };
        if !self.iter_known().any(|(known, name, _)| is_lookalike(known, name)) {
            return 0;
        }
        self.retain(|known, name, _| !is_lookalike(known, name))
    }

    /// Keeps the fields of which `keep` says so, told their known name, name and value; returns how
    /// many were removed.
    pub fn retain(&mut self, mut keep: impl FnMut(Option<Known>, &[u8], &[u8]) -> bool) -> usize {
        let before = self.entries.len();
        let mut present = KnownSet::default();
        let mut entries = std::mem::take(&mut self.entries);
        entries.retain(|entry| {
            let kept = keep(entry.known, self.slice(entry.name()), self.slice(entry.value));
            if let (true, Some(known)) = (kept, entry.known) {
                present.insert(known);
            }
            kept
        });
        self.entries = entries;
        self.present = present;
        before - self.entries.len()
    }

    /// Gives the name this one value: the first field with it keeps its place, others go.
    pub fn set(&mut self, name: Known, value: &[u8]) -> Result<(), InvalidField> {
        if !self.has(name) {
            return self.push(name, value);
        }
        let value = self.add_value(value)?;
        let mut is_first = true;
        self.entries.retain_mut(|entry| {
            if entry.known != Some(name) {
                return true;
            }
            entry.value = value;
            entry.is_line = false;
            std::mem::take(&mut is_first)
        });
        Ok(())
    }

    /// Gives the name, in any case, this one value.
    pub fn set_by_name(&mut self, name: &[u8], value: &[u8]) -> Result<(), InvalidField> {
        if let Some(known) = Known::of(name) {
            return self.set(known, value);
        }
        check_name(name)?;
        check_value(value)?;
        self.remove_by_name(name);
        self.push_by_name(name, value)
    }

    /// Adds a field at the end.
    pub fn push(&mut self, name: Known, value: &[u8]) -> Result<(), InvalidField> {
        let value = self.add_value(value)?;
        let place = self.add(name.name().as_bytes())?;
        self.entries.push(Entry::new(place, value, Some(name)));
        self.present.insert(name);
        Ok(())
    }

    /// Adds a field with any name at the end.
    pub fn push_by_name(&mut self, name: &[u8], value: &[u8]) -> Result<(), InvalidField> {
        check_name(name)?;
        let value = self.add_value(value)?;
        let place = self.add(name)?;
        let known = Known::of(name);
        self.entries.push(Entry::new(place, value, known));
        if let Some(known) = known {
            self.present.insert(known);
        }
        Ok(())
    }

    /// Returns names and values in order, as they were read or added.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&[u8], &[u8])> {
        self.entries.iter().map(|entry| (self.slice(entry.name()), self.slice(entry.value)))
    }

    /// Returns known names, names and values in order.
    pub fn iter_known(&self) -> impl ExactSizeIterator<Item = (Option<Known>, &[u8], &[u8])> {
        self.entries
            .iter()
            .map(|entry| (entry.known, self.slice(entry.name()), self.slice(entry.value)))
    }

    /// Returns how many fields there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Tells whether there is no field.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns how many bytes the fields take as field lines: names, values, and four more for each.
    pub fn bytes(&self) -> usize {
        let lines = self.entries.iter();
        lines.map(|entry| usize::from(entry.name_len) + entry.value.len as usize + 4).sum()
    }

    /// Copies the fields, so that the buffer in which they were read is free.
    ///
    /// For fields that outlive their message, as in a record of a failure.
    #[must_use]
    pub fn detached(&self) -> Self {
        Self { block: Bytes::copy_from_slice(&self.block), ..self.clone() }
    }

    /// Gives the fields without those of `left_out` to `line` as field lines, one or more at a time:
    /// those that lie side by side in the block as they are to be written come in one piece.
    #[inline]
    pub(super) fn lines(&self, left_out: KnownSet, mut line: impl FnMut(&[&[u8]])) {
        let is_kept = |entry: &Entry| entry.known.is_none_or(|known| !left_out.contains(known));
        let mut run = 0..0;
        for entry in self.entries.iter().filter(|entry| is_kept(entry)) {
            if entry.is_line {
                let start = entry.name_start as usize;
                if start != run.end {
                    self.give_run(&run, &mut line);
                    run.start = start;
                }
                run.end = (entry.value.start + entry.value.len) as usize + 2;
                continue;
            }
            self.give_run(&run, &mut line);
            run = 0..0;
            line(&[self.slice(entry.name()), b": ", self.slice(entry.value), b"\r\n"]);
        }
        self.give_run(&run, &mut line);
    }

    fn give_run(&self, run: &Range<usize>, line: &mut impl FnMut(&[&[u8]])) {
        if let Some(bytes) = self.block.get(run.clone()).filter(|bytes| !bytes.is_empty()) {
            line(&[bytes]);
        }
    }

    #[inline]
    pub(super) fn slice(&self, span: Span) -> &[u8] {
        let (bytes, start) = if span.start & OWN == 0 {
            (&*self.block, span.start as usize)
        } else {
            (self.own.as_slice(), (span.start & !OWN) as usize)
        };
        bytes.get(start..start + span.len as usize).unwrap_or_default()
    }

    /// The value of the first field with this name, as its place.
    pub(super) fn span(&self, name: Known) -> Option<Span> {
        let mut entries = self.entries.iter();
        entries.find(|entry| entry.known == Some(name)).map(|entry| entry.value)
    }

    /// Puts bytes that are no field beside the added fields, as those of a start line.
    pub(super) fn add(&mut self, bytes: &[u8]) -> Result<Span, InvalidField> {
        let start = u32::try_from(self.own.len()).map_err(|_| InvalidField::Room)?;
        let len = u32::try_from(bytes.len()).map_err(|_| InvalidField::Room)?;
        if start.checked_add(len).is_none_or(|end| end >= OWN) {
            return Err(InvalidField::Room);
        }
        if self.own.capacity() == 0 {
            self.own.reserve(OWN_FIRST);
        }
        self.own.extend_from_slice(bytes);
        Ok(Span { start: start | OWN, len })
    }

    /// Takes the block out of a list that is done.
    pub(super) fn into_block(self) -> Bytes {
        self.block
    }

    /// Takes the room of the list apart, for the next head.
    pub(super) fn into_room(mut self) -> (Vec<Entry>, Vec<u8>) {
        self.entries.clear();
        self.entries.shrink_to(FIELDS_KEPT);
        self.own.clear();
        self.own.shrink_to(OWN_KEPT);
        (self.entries, self.own)
    }

    fn add_value(&mut self, value: &[u8]) -> Result<Span, InvalidField> {
        check_value(value)?;
        self.add(value)
    }

    fn is_named(&self, entry: &Entry, known: Option<Known>, name: &[u8]) -> bool {
        match known {
            Some(_) => entry.known == known,
            None => entry.known.is_none() && self.slice(entry.name()).eq_ignore_ascii_case(name),
        }
    }
}

fn check_name(name: &[u8]) -> Result<(), InvalidField> {
    let fits = name.len() <= NAME_MAX && octets::is_token(name);
    if fits { Ok(()) } else { Err(InvalidField::Name) }
}

pub(super) fn check_value(value: &[u8]) -> Result<(), InvalidField> {
    let fits = octets::control_at(value).is_none() && octets::trim(value).len() == value.len();
    if fits { Ok(()) } else { Err(InvalidField::Value) }
}

impl std::fmt::Debug for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = |bytes| String::from_utf8_lossy(bytes);
        f.debug_map().entries(self.iter().map(|(name, value)| (shown(name), shown(value)))).finish()
    }
}

/// Equal are lists with equal names (in any case) and equal values in the same order.
impl PartialEq for Fields {
    fn eq(&self, other: &Self) -> bool {
        let mut pairs = self.iter().zip(other.iter());
        self.len() == other.len()
            && pairs.all(|((name, value), (other_name, other_value))| {
                name.eq_ignore_ascii_case(other_name) && value == other_value
            })
    }
}

impl Eq for Fields {}
