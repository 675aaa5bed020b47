//! Where the API answers, and to whom.

use goodgate_config::Fault;

use super::Found;
use crate::settings::Settings;

pub(super) fn check(settings: &Settings, found: &mut Found<'_>) {
    let watch = &settings.watch;
    let is_open = watch.listen.is_some_and(|address| !address.ip().is_loopback());
    if is_open && watch.token.is_none() {
        let fault = Fault::new("other hosts could reach it, and there is no `token`")
            .hint("write token = \"file:PATH\" or token = \"env:NAME\", or listen on 127.0.0.1");
        found.error("watch.listen", fault);
    }
    if let Some(url) = &watch.url {
        if url.target != "/" {
            let fault = Fault::new("it has a path, and links begin at the top of a host")
                .hint("give the watch a name of its own, such as https://watch.example");
            found.error("watch.url", fault);
        }
        if watch.listen.is_none() {
            let fault = Fault::new("links would lead there, and nothing listens")
                .hint("write listen = \"127.0.0.1:9503\" and let a gateway pass requests on to it");
            found.warning("watch.url", fault);
        }
    }
    for (key, is_set) in
        [("token", watch.token.is_some()), ("event_token", watch.event_token.is_some())]
    {
        if is_set && watch.listen.is_none() {
            let fault = Fault::new("it is for TCP, where nothing listens")
                .hint("write listen = \"127.0.0.1:9503\"");
            found.warning(format!("watch.{key}"), fault);
        }
    }
}
