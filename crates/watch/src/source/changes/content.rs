//! What a file holds, by its fingerprint.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::time::{Duration, SystemTime};

use goodgate_incident::Timestamp;
use ring::digest::{SHA256, digest};

use crate::source::limits::FILE;
use crate::source::span;

/// What a file was found to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    modified: Option<SystemTime>,
    size: u64,
    /// What it holds.
    pub content: Content,
}

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Nothing: it is not there.
    Missing,
    /// Bytes with this SHA-256 in hexadecimal.
    Is(String),
    /// More than is read: it is compared by its size and the time of its last change.
    Large,
}

impl Look {
    /// Looks at a file. One that has the size and the time of the last look is not read again.
    ///
    /// # Errors
    ///
    /// What the system says, but for that it is not there.
    pub fn at(path: &Path, last: Option<&Self>, now: Timestamp) -> io::Result<Self> {
        let missing = Self { modified: None, size: 0, content: Content::Missing };
        let meta = match std::fs::metadata(path) {
            Ok(meta) => meta,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(missing),
            Err(error) => return Err(error),
        };
        if !meta.is_file() {
            return Err(io::Error::other("it is no file"));
        }
        let (modified, size) = (meta.modified().ok(), meta.len());
        if let Some(last) = last
            && last.content != Content::Missing
            && (last.modified, last.size) == (modified, size)
            && modified.is_some_and(|modified| is_settled(modified, now))
        {
            return Ok(last.clone());
        }
        if size > FILE {
            return Ok(Self { modified, size, content: Content::Large });
        }
        let mut bytes = Vec::new();
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(missing),
            Err(error) => return Err(error),
        };
        file.take(FILE + 1).read_to_end(&mut bytes)?;
        let grew = bytes.len() as u64 > FILE;
        let content = if grew { Content::Large } else { Content::Is(hexadecimal(&bytes)) };
        Ok(Self { modified, size, content })
    }

    /// Whether the file holds something else than at another look. A new time alone is no change.
    pub fn is_other(&self, before: &Self) -> bool {
        match (&self.content, &before.content) {
            (Content::Large, Content::Large) => {
                (self.modified, self.size) != (before.modified, before.size)
            }
            (now, then) => now != then,
        }
    }
}

/// How coarse the times of file systems are: FAT has two seconds.
const SETTLED: Duration = Duration::from_secs(2);

/// Whether a time of change is old enough that a second change in the same tick of the file system's clock
/// has been seen.
fn is_settled(modified: SystemTime, now: Timestamp) -> bool {
    let since = modified.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let modified = i64::try_from(since.as_micros()).unwrap_or(i64::MAX);
    span::between(Timestamp(modified), now) >= SETTLED
}

fn hexadecimal(bytes: &[u8]) -> String {
    digest(&SHA256, bytes).as_ref().iter().fold(String::new(), |mut text, byte| {
        // Writing into memory does not fail.
        write!(text, "{byte:02x}").ok();
        text
    })
}
