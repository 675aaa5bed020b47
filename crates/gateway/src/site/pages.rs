//! Error pages of a route's own, read when the configuration is.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use crate::settings::ErrorPages;

/// The largest page that is served.
const PAGE_MAX: u64 = 1 << 20;

/// Reads the pages by status. One that cannot be read is left out; the gateway's own stands in.
pub(crate) fn read(settings: &ErrorPages) -> BTreeMap<u16, String> {
    let mut pages = BTreeMap::new();
    if let Some(entries) = settings.folder.as_ref().and_then(|folder| fs::read_dir(folder).ok()) {
        for path in entries.flatten().map(|entry| entry.path()) {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let status = name.strip_suffix(".html").and_then(|status| status.parse().ok());
            if let (Some(status), Some(page)) = (status, page(&path)) {
                pages.insert(status, page);
            }
        }
    }
    for (status, path) in &settings.pages {
        if let Some(page) = page(path) {
            pages.insert(status.code(), page);
        }
    }
    pages
}

fn page(path: &Path) -> Option<String> {
    let file = File::open(path).ok()?;
    if !file.metadata().ok()?.is_file() {
        return None;
    }
    let mut text = String::new();
    file.take(PAGE_MAX).read_to_string(&mut text).ok()?;
    Some(text)
}
