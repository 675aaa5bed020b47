//! The sections as a whole.

mod clocks;
mod every;
mod sources;
mod told;

use std::path::Path;

use goodgate_config::Reading;
use goodgate_evidence::Timestamp;

use super::{Settings, read};

/// 2026-11-23T12:00:00Z.
const NOW: Timestamp = Timestamp(1_795_435_200_000_000);

fn reading(text: &str) -> Reading<Settings> {
    read("goodgate.toml", text.as_bytes(), Path::new("/etc/goodgate"), NOW)
}
