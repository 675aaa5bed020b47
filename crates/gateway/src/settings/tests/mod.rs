//! The sections as a whole.

mod every;
mod explained;
mod fuzz;
mod starts;
mod told;

use std::path::Path;

use super::{Checked, read};

/// The least that serves.
const LEAST: &str = "\
[[listen]]
address = \"127.0.0.1:8080\"

[upstream.app]
endpoints = [\"http://10.0.0.7:3000\"]

[[route]]
upstream = \"app\"
";

fn checked(text: &str) -> Checked {
    read("goodgate.toml", text.as_bytes(), Path::new("/etc/goodgate"))
}
