//! `[spool]`: memory and disk for bodies that may have to be sent again.

use std::path::PathBuf;

use goodgate_config::{Size, section};

section! {
    /// The memory and disk for bodies that may have to be sent again. What does not fit is not kept,
    /// and its request is not repeated once a byte of it was sent.
    pub struct Spool {
        /// The memory for the body of one request; what is longer goes on disk.
        pub memory: Size = Size::mib(1), in Size::bytes(0)..=Size::mib(64);
        /// The memory for the bodies of all requests.
        pub total_memory: Size = Size::mib(256), in Size::bytes(0)..=Size::gib(256);
        /// The disk for the body of one request.
        pub disk: Size = Size::mib(64), in Size::bytes(0)..=Size::gib(64);
        /// The disk for the bodies of all requests; 0B writes nothing on disk.
        pub total_disk: Size = Size::gib(1), in Size::bytes(0)..=Size::gib(1024);
        /// The folder of the files, which have no name and are gone with the gateway.
        pub folder: PathBuf = PathBuf::from("/var/tmp");
        /// The memory for responses that are held before they are sent, all together; when it is full
        /// they pass at once.
        pub responses: Size = Size::mib(64), in Size::bytes(0)..=Size::gib(64);
    }
}
