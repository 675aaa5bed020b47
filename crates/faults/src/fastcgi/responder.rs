//! The side of a FastCGI connection that answers: it reads requests and writes what they get.
//! One request at a time, as gateways use it; nginx and Apache do not multiplex.

use std::io;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};

use super::record::{self, Record, kind};
use crate::fault::Then;

/// Bytes of CGI variables of one request: gateways send at most some tens of KiB.
pub(crate) const PARAMS_MAX: usize = 256 * 1024;

/// Bit of `FCGI_BEGIN_REQUEST` with which the gateway keeps the connection.
const KEEP_CONNECTION: u8 = 1;

/// What we say of ourselves when asked: one connection carries one request at a time.
const VALUES: [(&str, &str); 1] = [("FCGI_MPXS_CONNS", "0")];

/// A request, read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    /// The number under which it is answered.
    pub(crate) id: u16,
    /// The gateway sends more requests on this connection.
    pub(crate) keeps_connection: bool,
    /// The CGI variables.
    pub(crate) params: Vec<(String, String)>,
}

impl Request {
    /// The path that was asked for, if the gateway says so.
    pub(crate) fn path(&self) -> Option<&str> {
        let target = self.param("REQUEST_URI").or_else(|| self.param("SCRIPT_NAME"))?;
        target.split('?').next()
    }

    /// How the connection goes on after an answer: as the gateway wishes.
    pub(crate) fn afterwards(&self) -> Then {
        if self.keeps_connection { Then::Keep } else { Then::Close }
    }

    /// The value of the variable `name`.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }
}

/// Reads the next request, its body included; none when the gateway closes. Questions about the
/// application are answered on the way. The body is read and left.
pub(crate) async fn next_request<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
) -> io::Result<Option<Request>> {
    let mut reading: Option<Reading> = None;
    while let Some(record) = record::read(stream).await? {
        match (record.kind, &mut reading) {
            (kind::BEGIN_REQUEST, None) => reading = Some(Reading::begin(&record)),
            (kind::GET_VALUES, _) => stream.write_all(&values(&record)).await?,
            (kind::PARAMS, Some(reading)) => reading.params(&record)?,
            (kind::ABORT_REQUEST, Some(_)) => {
                stream.write_all(&record::end(record.request, 0)).await?;
                reading = None;
            }
            (kind::STDIN, Some(begun)) if record.content.is_empty() => {
                return Ok(Some(begun.finish()));
            }
            (other, _) if record.request == 0 => {
                stream.write_all(&record::unknown(other)).await?;
            }
            _ => {}
        }
    }
    Ok(None)
}

/// The records of a response: what goes to standard error, then `stdout`, then the end.
pub(crate) fn response(request: u16, stderr: &str, stdout: &[u8]) -> Vec<u8> {
    let mut records = Vec::new();
    if !stderr.is_empty() {
        records.extend(record::stream(kind::STDERR, request, stderr.as_bytes()));
    }
    records.extend(record::stream(kind::STDOUT, request, stdout));
    records.extend(record::stream(kind::STDOUT, request, &[]));
    records.extend(record::end(request, 0));
    records
}

/// A request of which the end did not come yet.
struct Reading {
    id: u16,
    keeps_connection: bool,
    params: Vec<u8>,
}

impl Reading {
    fn begin(record: &Record) -> Self {
        let flags = record.content.get(2).copied().unwrap_or_default();
        let keeps_connection = flags & KEEP_CONNECTION != 0;
        Self { id: record.request, keeps_connection, params: Vec::new() }
    }

    fn params(&mut self, record: &Record) -> io::Result<()> {
        self.params.extend_from_slice(&record.content);
        if self.params.len() > PARAMS_MAX {
            let why = format!("the CGI variables have more than {PARAMS_MAX} bytes");
            return Err(io::Error::new(io::ErrorKind::InvalidData, why));
        }
        Ok(())
    }

    fn finish(&self) -> Request {
        Request {
            id: self.id,
            keeps_connection: self.keeps_connection,
            params: record::pairs(&self.params),
        }
    }
}

fn values(question: &Record) -> Vec<u8> {
    let asked = record::pairs(&question.content);
    let known = VALUES.iter().filter(|(name, _)| asked.iter().any(|(asked, _)| asked == name));
    let content: Vec<u8> =
        known.flat_map(|(name, value)| record::write_pair(name, value)).collect();
    record::stream(kind::GET_VALUES_RESULT, 0, &content)
}
