//! `goodgate.toml`: no bytes panic, and what is explained of a sound file reads back as the same.

#![no_main]

use std::path::Path;

use goodgate_gateway::settings::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let once = read("goodgate.toml", bytes, Path::new("/"));
    assert!(once.reading().render().len() < 1_000_000);
    if once.reading().is_sound() {
        let again = read("goodgate.toml", once.explain().as_bytes(), Path::new("/"));
        assert!(again.reading().is_sound());
        assert_eq!(again.settings(), once.settings());
    }
    once.usable().ok();
});
