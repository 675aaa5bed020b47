//! A script that php-fpm does not find.

use std::sync::Arc;

use tokio::io::AsyncWriteExt as _;

use crate::fastcgi::{self, FastcgiFault, Request};
use crate::fault::{Fault, Hook, NONE, Then};
use crate::protocol::Protocol;
use crate::wire::{BoxedWire, Step};

pub(super) static ITEM: Fault = Fault {
    name: "fastcgi_stderr",
    summary: "Answers 404 and writes \"Primary script unknown\" to the error stream, as php-fpm \
              does for a script that it does not find.",
    arguments: NONE,
    causes: &["app_generated_error"],
    protocols: &[Protocol::Fastcgi],
    make: |_| Ok(Hook::Fastcgi(Arc::new(ScriptUnknown))),
};

/// The words by which logs are searched.
const STDERR: &str = "Primary script unknown";

const STDOUT: &[u8] =
    b"Status: 404 Not Found\r\nContent-type: text/html; charset=UTF-8\r\n\r\nFile not found.\n";

struct ScriptUnknown;

impl FastcgiFault for ScriptUnknown {
    fn strike<'a>(&'a self, request: &'a Request, wire: &'a mut BoxedWire) -> Step<'a, Then> {
        Box::pin(async move {
            wire.write_all(&fastcgi::response(request.id, STDERR, STDOUT)).await?;
            Ok(request.afterwards())
        })
    }
}
