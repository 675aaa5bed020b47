//! From text to checked sections, with every problem and the origin of every value.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::describe::Described;
use crate::limits;
use crate::problem::{Fault, Problem, Severity};
use crate::secrecy::is_secret_name;
use crate::section::{Key, Section, Visitor};
use crate::setting::{Setting, mismatch};
use crate::source::Source;
use crate::suggest;
use crate::syntax;
use crate::tree::{self, Entry, Node, Value};

/// What reading a file came to.
#[derive(Clone, Debug)]
pub struct Reading<S> {
    /// The sections; where there are problems, with defaults in their places.
    pub value: S,
    /// The text.
    pub source: Source,
    /// What is wrong, in the order of the file.
    pub problems: Vec<Problem>,
    /// How many more problems there are than are told.
    pub more: usize,
    /// Where each value stands.
    pub origins: Origins,
    /// Whether the text is TOML; if not, a part of it was not seen.
    pub is_toml: bool,
}

/// Where each value that a file sets stands, by path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins {
    places: BTreeMap<String, (Range<usize>, usize)>,
}

impl Origins {
    /// Returns the line of a value; nothing where it is a default.
    pub fn line(&self, path: &str) -> Option<usize> {
        self.places.get(path).map(|(_, line)| *line)
    }

    /// Returns where a value stands, or the table around it where the value is a default.
    pub fn nearest(&self, path: &str) -> Range<usize> {
        let mut path = path;
        loop {
            if let Some((span, _)) = self.places.get(path) {
                return span.clone();
            }
            let Some(end) = path.rfind(['.', '[']) else { return 0..0 };
            path = path.get(..end).unwrap_or_default();
        }
    }
}

/// Reads the bytes of the file `name`. Relative paths in it begin at `base`.
pub fn read<S: Section>(name: &str, bytes: &[u8], base: &Path) -> Reading<S> {
    let text = match text_of(bytes) {
        Ok(text) => text,
        Err((fault, text, span)) => return unreadable(name, fault, text, span),
    };
    let source = Source::new(name, text);
    let (root, errors) = tree::parse(text);
    let mut reader = Reader::new(base, &source, Described::of::<S>());
    reader.is_toml = errors.is_empty();
    let broken: Vec<Problem> = syntax::problems(&errors, &source);
    let value = reader.section::<S>(&root).unwrap_or_default();
    let Reader { mut problems, more, origins, .. } = reader;
    // What was read of a broken line is not what its author meant.
    let lines: Vec<usize> = broken.iter().map(|problem| problem.place(&source).line).collect();
    problems.retain(|problem| !lines.contains(&problem.place(&source).line));
    problems.extend(broken);
    let mut reading =
        Reading { value, source, problems, more, origins, is_toml: errors.is_empty() };
    reading.settle();
    reading
}

/// Returns the text of a file, or what is wrong with it, the part that can be shown, and the place.
fn text_of(bytes: &[u8]) -> Result<&str, (Fault, &str, usize)> {
    if bytes.len() > limits::FILE {
        let what = format!("the file has {} bytes", bytes.len());
        let fault = Fault::new(what).allowed(format!("at most {} bytes", limits::FILE));
        return Err((fault, "", 0));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let text = std::str::from_utf8(good).unwrap_or_default();
        let fault = Fault::new("the file is not UTF-8 from here on")
            .hint("save it as UTF-8; an editor may have written Latin-1 or UTF-16");
        (fault, text, error.valid_up_to())
    })?;
    match syntax::too_deep(text) {
        Some(at) => Err((syntax::nested(), text, at)),
        None => Ok(text),
    }
}

fn unreadable<S: Section>(name: &str, fault: Fault, text: &str, at: usize) -> Reading<S> {
    let problem = Problem { severity: Severity::Error, path: String::new(), span: at..at, fault };
    Reading {
        value: S::default(),
        source: Source::new(name, text),
        problems: vec![problem],
        more: 0,
        origins: Origins::default(),
        is_toml: false,
    }
}

impl<S> Reading<S> {
    /// Adds a problem with the value at a path, or with the table around it where it is a default.
    pub fn complain(&mut self, severity: Severity, path: &str, fault: Fault) {
        let span = self.origins.nearest(path);
        self.problems.push(Problem { severity, path: path.to_owned(), span, fault });
        self.settle();
    }

    /// Takes a part of the sections. The problems and origins stay those of all of it.
    pub fn map<T>(self, part: impl FnOnce(S) -> T) -> Reading<T> {
        let Self { value, source, problems, more, origins, is_toml } = self;
        Reading { value: part(value), source, problems, more, origins, is_toml }
    }

    /// Whether nothing is wrong but what deserves a warning.
    pub fn is_sound(&self) -> bool {
        !self.problems.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// Writes all problems for reading.
    pub fn render(&self) -> String {
        let mut out: String =
            self.problems.iter().map(|problem| problem.render(&self.source) + "\n").collect();
        if self.more > 0 {
            // Writing into a string cannot fail.
            writeln!(out, "and {} more", self.more).ok();
        }
        out
    }

    /// Brings the problems into the order of the file and drops those beyond the bound.
    fn settle(&mut self) {
        self.problems.sort_by_key(|problem| (problem.span.start, problem.span.end));
        self.more = self.more.saturating_add(self.problems.len().saturating_sub(limits::PROBLEMS));
        self.problems.truncate(limits::PROBLEMS);
    }
}

/// Collects problems and origins on the way through the tree.
#[derive(Debug)]
pub struct Reader<'a> {
    source: &'a Source,
    base: PathBuf,
    path: String,
    problems: Vec<Problem>,
    more: usize,
    origins: Origins,
    is_toml: bool,
    /// All sections, to say where a key belongs.
    everything: Described,
}

impl<'a> Reader<'a> {
    fn new(base: &Path, source: &'a Source, everything: Described) -> Self {
        Self {
            source,
            base: base.to_owned(),
            path: String::new(),
            problems: Vec::new(),
            more: 0,
            origins: Origins::default(),
            is_toml: true,
            everything,
        }
    }

    /// Returns a path of the file system as seen from the folder of the file.
    pub fn path_from_base(&self, path: &str) -> PathBuf {
        self.base.join(path)
    }

    /// Notes what is wrong with the value at hand.
    pub fn complain(&mut self, span: &Range<usize>, fault: Fault) {
        self.complain_of("", span, fault);
    }

    /// Notes what is wrong with a key of the table at hand.
    fn complain_of(&mut self, key: &str, span: &Range<usize>, fault: Fault) {
        if self.problems.len() >= limits::PROBLEMS {
            self.more = self.more.saturating_add(1);
            return;
        }
        let dot = if self.path.is_empty() || key.is_empty() { "" } else { "." };
        let path = format!("{}{dot}{key}", self.path);
        self.problems.push(Problem { severity: Severity::Error, path, span: span.clone(), fault });
    }

    /// Returns how the table at hand is called in its header.
    pub fn header(&self) -> String {
        let mut inside = false;
        let keep = |character: &char| {
            let drop = inside || *character == '[';
            inside = drop && *character != ']';
            !drop
        };
        self.path.chars().filter(keep).collect()
    }

    /// Reads something below the value at hand: `.key` or `[index]`.
    pub fn below<T>(
        &mut self,
        step: &str,
        span: &Range<usize>,
        read: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let length = self.path.len();
        self.path.push_str(if length == 0 { step.trim_start_matches('.') } else { step });
        let line = self.source.place(span).line;
        self.origins.places.insert(self.path.clone(), (span.clone(), line));
        let value = read(self);
        self.path.truncate(length);
        value
    }

    /// Reads a table as a section; keys with a fault keep their defaults.
    pub fn section<S: Section>(&mut self, node: &Node) -> Option<S> {
        let Value::Table(entries) = &node.value else {
            self.complain(&node.span, mismatch("a table", node));
            return None;
        };
        let mut section = S::default();
        let mut filling = Filling { reader: self, entries, known: Vec::new(), missing: Vec::new() };
        section.visit(&mut filling);
        let Filling { known, missing, .. } = filling;
        for (key, fault) in missing {
            // A key with a wrong name is told once, under that name.
            let is_meant =
                |entry: &Entry| suggest::nearest(&entry.name, known.iter().copied()) == Some(key);
            if !entries.iter().any(|entry| !known.contains(&entry.name.as_str()) && is_meant(entry))
            {
                self.complain_of(key, &node.span, fault);
            }
        }
        for entry in entries.iter().filter(|entry| !known.contains(&entry.name.as_str())) {
            self.unknown::<S>(entry, &known);
        }
        Some(section)
    }

    fn unknown<S: Section>(&mut self, entry: &Entry, known: &[&str]) {
        if self.problems.len() >= limits::PROBLEMS {
            self.more = self.more.saturating_add(1);
            return;
        }
        let header = self.header();
        let place = if header.is_empty() { "here".to_owned() } else { format!("in `{header}`") };
        let fault = Fault::new(format!("`{}` is not known {place}", entry.name));
        let below = || Described::of::<S>().home_of(&entry.name, &header);
        let fault = if let Some(meant) = suggest::nearest(&entry.name, known.iter().copied()) {
            fault.hint(format!("did you mean `{meant}`?"))
        } else if let Some(home) = below().or_else(|| self.everything.home_of(&entry.name, "")) {
            fault.hint(format!("`{}` belongs into {home}", entry.name))
        } else {
            fault.allowed(list_of(known))
        };
        // What was meant for a secret is one under a wrong name as well.
        let meant = suggest::nearest(&entry.name, known.iter().copied()).unwrap_or_default();
        let fault = if is_secret_name(meant) { fault.secret() } else { fault };
        self.complain_of(&entry.name, &entry.name_span, fault);
    }
}

/// Writes names one after the other.
fn list_of(names: &[&str]) -> String {
    let mut names: Vec<&str> = names.to_vec();
    names.sort_unstable();
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Fills a section from the entries of a table.
struct Filling<'r, 'a, 'n> {
    reader: &'r mut Reader<'a>,
    entries: &'n [Entry],
    known: Vec<&'static str>,
    missing: Vec<(&'static str, Fault)>,
}

impl Visitor for Filling<'_, '_, '_> {
    fn key<T: Setting>(&mut self, key: &'static Key, value: &mut T, bound: Option<&T::Bound>) {
        self.known.push(key.name);
        let Some(entry) = self.entries.iter().find(|entry| entry.name == key.name) else {
            // Of a broken file a part was not seen.
            if key.is_required && self.reader.is_toml {
                self.missing.push((key.name, missing::<T>(key, bound)));
            }
            return;
        };
        let node = &entry.node;
        let read = self
            .reader
            .below(&format!(".{}", key.name), &node.span, |reader| T::read(node, bound, reader));
        if let Some(read) = read {
            *value = read;
        }
    }
}

fn missing<T: Setting>(key: &Key, bound: Option<&T::Bound>) -> Fault {
    use crate::describe::Shape;
    let fault = Fault::new(format!("`{}` is missing", key.name));
    match T::shape(bound) {
        Shape::Value(allowed) | Shape::List(allowed) => fault.allowed(allowed),
        Shape::Map(..) | Shape::Table(_) | Shape::Tables(_) | Shape::Named(_) => fault,
    }
}

#[cfg(test)]
mod tests;
