//! `[route.commit]`: when a response may no longer be replaced.

use std::time::Duration;

use goodgate_config::units::{ms, secs};
use goodgate_config::{Size, section};

section! {
    /// The beginning of a response is held, so that one that breaks off can be replaced unseen by
    /// that of another attempt. What comes first lets it go; streams are never held.
    pub struct Commit {
        /// This much of the body is there.
        pub bytes: Size = Size::kib(64), in Size::bytes(1)..=Size::mib(16);
        /// This long after the first byte of the body.
        pub time: Duration = ms(50), in ms(1)..=secs(30);
    }
}
