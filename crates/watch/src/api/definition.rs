//! Definitions of monitors: the keys of `[[monitor]]` as JSON, written as TOML.
//!
//! Where a secret is kept, and which file of this host is read, is said only in the configuration: over
//! the API nobody makes the watch read a file or send a variable of its environment anywhere.

use goodgate_config::show::quoted;
use goodgate_incident::Timestamp;
use serde_json::{Map, Value};

use super::limits;
use super::refusal::Refusal;
use crate::settings::{self, Monitor};

/// Keys that name secrets or files.
const IN_FILE_ONLY: [&str; 3] = ["token", "secret_headers", "ca"];

/// Writes the keys of a monitor as TOML, a line for each.
pub(super) fn toml(keys: &Map<String, Value>) -> Result<String, Refusal> {
    if keys.contains_key("name") {
        return Err(Refusal::bad("The name stands in the path: leave `name` out."));
    }
    if let Some(key) = IN_FILE_ONLY.into_iter().find(|key| keys.contains_key(*key)) {
        return Err(Refusal::unfit(format!(
            "`{key}` names a secret or a file of this host, and is taken from the configuration only: \
             put this monitor there."
        )));
    }
    if keys.get("beat").and_then(Value::as_str).is_some_and(is_kept) {
        return Err(Refusal::unfit(
            "`beat` names a place of this host, and is taken from the configuration only: put this \
             monitor there, or write the URL.",
        ));
    }
    let mut out = String::new();
    for (key, value) in keys {
        out.push_str(&quoted(key));
        out.push_str(" = ");
        write(&mut out, value, 0)?;
        out.push('\n');
    }
    Ok(out)
}

fn is_kept(text: &str) -> bool {
    text.starts_with("env:") || text.starts_with("file:")
}

fn write(out: &mut String, value: &Value, depth: usize) -> Result<(), Refusal> {
    if depth > limits::DEPTH {
        return Err(Refusal::bad("The definition is nested too deeply: no key of a monitor is."));
    }
    match value {
        Value::Null => {
            return Err(Refusal::bad("A value is null: leave the key out instead."));
        }
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        // JSON and TOML write numbers alike; `1e5` is a number with a fraction in both.
        Value::Number(number) => out.push_str(&number.to_string()),
        Value::String(text) => out.push_str(&quoted(text)),
        Value::Array(values) => {
            out.push('[');
            for (index, value) in values.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                write(out, value, depth + 1)?;
            }
            out.push(']');
        }
        Value::Object(fields) => {
            out.push('{');
            for (index, (key, value)) in fields.iter().enumerate() {
                out.push_str(if index == 0 { " " } else { ", " });
                out.push_str(&quoted(key));
                out.push_str(" = ");
                write(out, value, depth + 1)?;
            }
            out.push_str(" }");
        }
    }
    Ok(())
}

/// Reads a definition as the desk keeps it: the whole table with its name.
pub(super) fn read(definition: &str) -> Option<Monitor> {
    let root = std::path::Path::new("/");
    let reading = settings::read("a monitor", definition.as_bytes(), root, Timestamp(0));
    reading.is_toml.then(|| reading.value.monitor.into_iter().next()).flatten()
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use goodgate_config::Severity;
    use serde_json::json;

    use super::*;

    fn keys(value: Value) -> Result<String, Refusal> {
        match value {
            Value::Object(keys) => toml(&keys),
            _ => panic!("no object"),
        }
    }

    #[test]
    fn every_shape_of_a_value_reads_back_as_what_it_was() {
        let definition = keys(json!({
            "http": "https://shop.example/\"x\\y?q=1",
            "interval": "5s",
            "follow": 2,
            "method": "PUT",
            "verify": false,
            "body": "say \"ä\" \\ ]] = # {",
            "headers": { "x-a": "]] [[monitor]]" },
            "tags": ["eu", "shop"],
            "slo": { "objective": "99.5%", "window": "24h" },
        }))
        .expect("a definition");

        let text = format!("[[monitor]]\nname = \"x\"\n{definition}");
        let reading = settings::read("t", text.as_bytes(), Path::new("/"), Timestamp(0));

        let wrong = reading.problems.iter().filter(|it| it.severity == Severity::Error).count();
        assert_eq!(wrong, 0, "{}", reading.render());
        let [monitor] = &*reading.value.monitor else { panic!("{:?}", reading.value.monitor) };
        assert_eq!(monitor.interval, Duration::from_secs(5));
        assert_eq!(monitor.follow, 2);
        assert!(!monitor.verify);
        assert_eq!(monitor.body.as_deref(), Some("say \"ä\" \\ ]] = # {"));
        assert_eq!(monitor.tags.len(), 2);
        assert!(monitor.slo.is_some());
    }

    #[test]
    fn a_key_cannot_end_the_line_or_the_table() {
        let definition = keys(json!({ "tcp = \"a:1\"\n[watch]\nx": 1 })).expect("a definition");

        assert_eq!(definition.lines().count(), 1, "{definition}");
    }

    #[test]
    fn secrets_and_files_of_this_host_are_refused() {
        for value in [
            json!({ "heartbeat": "1h", "token": "file:/etc/shadow" }),
            json!({ "secret_headers": { "authorization": "env:AWS_SECRET_ACCESS_KEY" } }),
            json!({ "ca": "/root/x" }),
            json!({ "beat": "file:/etc/shadow" }),
            json!({ "beat": "env:HOME" }),
        ] {
            assert_eq!(keys(value).expect_err("refused").status.as_u16(), 422);
        }
    }

    #[test]
    fn what_toml_cannot_say_is_refused() {
        let mut deep = json!(1);
        for _ in 0..20 {
            deep = json!([deep]);
        }
        for value in [json!({ "tcp": null }), json!({ "tags": deep }), json!({ "name": "x" })] {
            assert_eq!(keys(value).expect_err("refused").status.as_u16(), 400);
        }
    }
}
