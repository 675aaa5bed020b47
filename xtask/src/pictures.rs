//! `cargo xtask pictures`: reports in HTML as pictures for the documentation, made with headless
//! Chromium. It loads nothing but the report.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail, ensure};

use crate::process::run as run_command;
use crate::tree;

/// Where the pictures go.
const FOLDER: &str = "docs/pictures";

/// Pixels across: the report is at most this wide.
const WIDTH: u32 = 1000;

/// Pixels down when none are given: verdict, chain, why, what to do.
const HEIGHT_DEFAULT: u32 = 1400;

/// A picture that is longer than this nobody looks at.
const HEIGHT_MAX: u32 = 8000;

/// Names that the browser has in distributions.
const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

/// Keeps the browser from everything but the page.
const QUIET: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
];

/// Runs the command with its arguments.
pub(crate) fn run(arguments: &[&str]) -> anyhow::Result<()> {
    let (height, reports) = match arguments {
        ["--height", height, reports @ ..] => (pixels(height)?, reports),
        reports => (HEIGHT_DEFAULT, reports),
    };
    if reports.is_empty() || reports.iter().any(|report| report.starts_with("--")) {
        bail!("pictures takes [--height PIXELS] REPORT.html...");
    }
    let browser = browser()?;
    let folder = tree::root().join(FOLDER);
    fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
    for report in reports {
        take(browser, Path::new(report), height, &folder)?;
    }
    Ok(())
}

fn pixels(height: &str) -> anyhow::Result<u32> {
    let pixels = height.parse().with_context(|| format!("--height {height}"))?;
    ensure!((100..=HEIGHT_MAX).contains(&pixels), "--height is not between 100 and {HEIGHT_MAX}");
    Ok(pixels)
}

fn browser() -> anyhow::Result<&'static str> {
    let works = |name: &&&str| {
        let mut command = Command::new(name);
        command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    BROWSERS.iter().find(works).copied().context("there is no Chromium; Debian: chromium")
}

/// Renders one report; the picture gets its name.
fn take(browser: &str, report: &Path, height: u32, folder: &Path) -> anyhow::Result<()> {
    let page = report.canonicalize().with_context(|| format!("read {}", report.display()))?;
    let name = page.file_stem().with_context(|| format!("{} has no name", report.display()))?;
    let picture = folder.join(name).with_extension("png");
    let profile = Profile::new()?;
    let mut command = Command::new(browser);
    command
        .args(QUIET)
        .arg(format!("--user-data-dir={}", profile.0.display()))
        .arg(format!("--window-size={WIDTH},{height}"))
        .arg(format!("--screenshot={}", picture.display()))
        .arg(format!("file://{}", page.display()))
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    run_command(&mut command)?;
    ensure!(picture.is_file(), "{browser} wrote no {}", picture.display());
    println!("{}", picture.display());
    Ok(())
}

/// A profile of the browser that ends with it.
struct Profile(PathBuf);

impl Profile {
    fn new() -> anyhow::Result<Self> {
        let path = std::env::temp_dir().join(format!("goodgate-pictures-{}", std::process::id()));
        fs::create_dir_all(&path).with_context(|| format!("make {}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Profile {
    fn drop(&mut self) {
        // What stays in the temporary folder is only untidy.
        fs::remove_dir_all(&self.0).ok();
    }
}
