//! Requests as browsers make them, and as those do who are no browsers.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use super::support::PATIENCE;

/// An answer.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Page {
    /// Returns a field of the head.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    /// Returns the cookie that it sets, as a browser sends it back.
    pub(crate) fn cookie(&self) -> Option<String> {
        let (pair, _) = self.field("set-cookie")?.split_once(';')?;
        let (_, value) = pair.split_once('=')?;
        (!value.is_empty()).then(|| pair.to_owned())
    }

    /// Returns the key that its forms bring.
    pub(crate) fn form_key(&self) -> Option<&str> {
        let (_, rest) = self.body.split_once("name=\"key\" value=\"")?;
        rest.split('"').next()
    }
}

/// Asks for a page, with fields besides `Host`.
pub(crate) fn get(address: SocketAddr, path: &str, fields: &[(&str, &str)]) -> Page {
    ask(address, "GET", path, fields, "")
}

/// Sends a form, with fields besides `Host`.
pub(crate) fn post(address: SocketAddr, path: &str, fields: &[(&str, &str)], form: &str) -> Page {
    ask(address, "POST", path, fields, form)
}

/// Logs in, and returns the answer.
pub(crate) fn log_in(address: SocketAddr, name: &str, password: &str) -> Page {
    post(address, "/login", &[], &format!("name={name}&password={password}"))
}

fn ask(address: SocketAddr, method: &str, path: &str, fields: &[(&str, &str)], body: &str) -> Page {
    let mut lines = vec![format!("{method} {path} HTTP/1.1"), "connection: close".to_owned()];
    if !fields.iter().any(|(name, _)| *name == "host") {
        lines.push(format!("host: {address}"));
    }
    lines.extend(fields.iter().map(|(name, value)| format!("{name}: {value}")));
    if method == "POST" {
        lines.push("content-type: application/x-www-form-urlencoded".to_owned());
        lines.push(format!("content-length: {}", body.len()));
    }
    raw(address, format!("{}\r\n\r\n{body}", lines.join("\r\n")).as_bytes())
}

/// Sends bytes and reads to the end of the connection; status 0 where nothing comes back.
pub(crate) fn raw(address: SocketAddr, bytes: &[u8]) -> Page {
    let mut stream = connect(address);
    // A server that refuses early may close before it has read everything.
    stream.write_all(bytes).ok();
    answer(stream)
}

/// Opens a connection.
pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect_timeout(&address, PATIENCE).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
    stream.set_write_timeout(Some(PATIENCE)).expect("a socket");
    stream
}

/// Reads to the end of a connection.
pub(crate) fn answer(mut stream: TcpStream) -> Page {
    let mut bytes = Vec::new();
    // What came before an error is the answer, or none.
    stream.read_to_end(&mut bytes).ok();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    Page { status, head: head.to_owned(), body: body.to_owned() }
}
