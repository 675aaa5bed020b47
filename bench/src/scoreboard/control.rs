//! Changes what `goodgate faults` does while it runs.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use anyhow::{Context as _, ensure};
use serde_json::json;

use super::paths;
use crate::limits;

/// Faults that strike before there is a path.
const WITHOUT_PATH: &[&str] = &["accept_", "close_idle"];

/// Lets a fault strike `share` per cent of its occasions; none ends all faults.
pub(super) fn set(control: SocketAddr, fault: Option<(&str, u8)>) -> anyhow::Result<()> {
    let faults = fault.map(|(fault, share)| {
        let mut entry = json!({"fault": fault, "share": format!("{share}%")});
        if !WITHOUT_PATH.iter().any(|prefix| fault.starts_with(prefix)) {
            entry["path"] = json!(paths::PREFIX);
        }
        entry
    });
    let body = json!({"faults": faults.into_iter().collect::<Vec<_>>()}).to_string();
    let request = format!(
        "PUT /faults HTTP/1.1\r\nHost: {control}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(control).context("control of the faults")?;
    stream.set_read_timeout(Some(limits::PROCESS_DEADLINE))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    ensure!(answer.starts_with("HTTP/1.1 200"), "control of the faults: {answer}");
    Ok(())
}
