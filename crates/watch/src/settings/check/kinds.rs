//! Each monitor does one thing, and has only keys that are about it.

use goodgate_config::Fault;

use super::Found;
use crate::settings::{Kind, KindKey, Settings};

use KindKey::{Beat, Dns, Heartbeat, Http, StatusPage, Tcp, Tls};

/// Which kinds of monitors a key is for. Keys that are not here are for all of them.
const FOR: &[(&str, &[KindKey])] = &[
    ("timeout", &[Http, Tcp, Tls, Dns, Beat, StatusPage]),
    ("interval", &[Http, Tcp, Tls, Dns, Beat, StatusPage]),
    ("grace", &[Heartbeat]),
    ("token", &[Heartbeat]),
    ("method", &[Http, Beat]),
    ("headers", &[Http, Beat, StatusPage]),
    ("secret_headers", &[Http, Beat, StatusPage]),
    ("body", &[Http, Beat]),
    ("protocol", &[Http, Beat, StatusPage]),
    ("follow", &[Http, StatusPage]),
    ("follow_hosts", &[Http, StatusPage]),
    ("server_name", &[Http, Tls]),
    ("verify", &[Http, Tls, StatusPage, Beat]),
    ("ca", &[Http, Tls, StatusPage, Beat]),
    ("name_servers", &[Http, Tcp, Tls, Dns, Beat, StatusPage]),
    ("family", &[Http, Tcp, Tls, Dns, Beat, StatusPage]),
    ("source", &[Http, Tcp, Tls, Beat, StatusPage]),
    ("origin", &[Http]),
    ("feed", &[StatusPage]),
    ("components", &[StatusPage]),
    ("expect.status", &[Http, Beat]),
    ("expect.header_equals", &[Http]),
    ("expect.header_contains", &[Http]),
    ("expect.header_matches", &[Http]),
    ("expect.header_lacks", &[Http]),
    ("expect.body_contains", &[Http]),
    ("expect.body_matches", &[Http]),
    ("expect.body_lacks", &[Http]),
    ("expect.json", &[Http]),
    ("expect.certificate_days", &[Http, Tls]),
    ("expect.response_time", &[Http, Tcp, Tls, Dns]),
    ("expect.addresses", &[Dns]),
];

pub(super) fn check(settings: &Settings, found: &mut Found<'_>) {
    for (index, monitor) in settings.monitor.iter().enumerate() {
        let path = format!("monitor[{index}]");
        let kinds: Vec<KindKey> = monitor.kinds().iter().map(Kind::key).collect();
        match kinds.as_slice() {
            [kind] => keys(&path, *kind, found),
            // Where the value could not be read, that is told.
            [] if written(&path, found) => {}
            [] => found.error(
                path,
                Fault::new("this monitor checks nothing").hint(
                    "write one of `http`, `tcp`, `tls`, `dns`, `heartbeat`, `beat`, `status_page`",
                ),
            ),
            [first, second, ..] => {
                let what = format!("a monitor does one thing, and `{}` is there", first.word());
                let fault = Fault::new(what).hint("write a [[monitor]] for each");
                found.error(format!("{path}.{}", second.word()), fault);
            }
        }
    }
}

fn written(path: &str, found: &Found<'_>) -> bool {
    [Http, Tcp, Tls, Dns, Heartbeat, Beat, StatusPage]
        .into_iter()
        .any(|kind| found.is_set(&format!("{path}.{}", kind.word())))
}

fn keys(path: &str, kind: KindKey, found: &mut Found<'_>) {
    for (key, kinds) in FOR {
        let path = format!("{path}.{key}");
        if !kinds.contains(&kind) && found.is_set(&path) {
            let words: Vec<String> =
                kinds.iter().map(|kind| format!("`{}`", kind.word())).collect();
            let name = key.rsplit('.').next().unwrap_or(key);
            let what = format!("`{name}` means nothing for a monitor with `{}`", kind.word());
            let fault = Fault::new(what).allowed(format!("with {}", words.join(", ")));
            found.error(path, fault);
        }
    }
}

#[cfg(test)]
mod tests {
    use goodgate_config::describe::{Described, Shape};

    use super::*;
    use crate::settings::{Expect, Monitor};

    #[test]
    fn every_key_of_the_table_exists() {
        let keys = |described: Described| -> Vec<String> {
            described.keys.iter().map(|key| key.key.name.to_owned()).collect()
        };
        let monitor = keys(Described::of::<Monitor>());
        let expect = keys(Described::of::<Expect>());

        for (key, _) in FOR {
            let is_there = match key.strip_prefix("expect.") {
                Some(key) => expect.iter().any(|known| known == key),
                None => monitor.iter().any(|known| known == key),
            };
            assert!(is_there, "{key}");
        }
        for key in &expect {
            assert!(FOR.iter().any(|(known, _)| *known == format!("expect.{key}")), "{key}");
        }
    }

    #[test]
    fn every_kind_is_a_key_of_a_monitor() {
        let described = Described::of::<Monitor>();

        for kind in [Http, Tcp, Tls, Dns, Heartbeat, Beat, StatusPage] {
            let key = described.keys.iter().find(|key| key.key.name == kind.word());
            assert!(key.is_some_and(|key| matches!(key.shape, Shape::Value(_))), "{}", kind.word());
        }
    }
}
