//! The answer to what is no request: there is no route, no id, and nothing after it.

use std::future::poll_fn;
use std::time::Duration;

use tokio::time::timeout;

use crate::core::Core;
use crate::http1::{Class, Ending, Fields, Framing, Known, Persistence, ResponseHead, write};
use crate::net::{Output, Writing};

/// How long a client that sends nonsense gets to take the answer.
const SEND: Duration = Duration::from_secs(5);

/// Answers with the status of the class and one sentence.
pub(crate) async fn answer(core: &Core, class: Class, writing: &mut Writing, output: &mut Output) {
    let mut fields = Fields::new();
    let site = core.shared.site.load();
    let via = &site.settings.headers.via;
    // Every value is made here and valid.
    fields.push(Known::ContentType, b"text/plain; charset=utf-8").ok();
    let member = format!("{via}; error=http_request_error; details=\"{}\"", class.slug());
    fields.push(Known::ProxyStatus, member.as_bytes()).ok();
    let body = format!("{}\n", class.meaning());
    let framing = Framing::Length(body.len() as u64);
    let Ok(head) = ResponseHead::from_parts(class.status(), fields, framing) else { return };
    let ending = Ending { framing, persistence: Persistence::Close, added: &[] };
    if write::response(output.tail(), &head, &ending).is_ok() {
        output.push(body.into());
        // Whoever is gone gets no answer.
        timeout(SEND, poll_fn(|cx| output.poll_flush(cx, writing))).await.ok();
    }
}
