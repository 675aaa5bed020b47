//! Requests as a browser sends them, one connection for each: what is measured is from `connect` to the
//! last byte.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};

use crate::limits::{API_ANSWER_MAX, CLIENT_TIMEOUT};

/// A client of one dashboard.
pub(super) struct Client {
    address: String,
}

/// A page.
pub(super) struct Page {
    /// From the connection to the last byte.
    pub(super) took: Duration,
    /// Its bytes on the way, without the head.
    pub(super) bytes: usize,
    body: Vec<u8>,
}

impl Client {
    pub(super) fn new(address: &str) -> Self {
        Self { address: address.to_owned() }
    }

    /// Asks for a page as gzip.
    pub(super) fn get(&mut self, path: &str) -> anyhow::Result<Page> {
        let begun = Instant::now();
        let mut stream = TcpStream::connect(&self.address).context(self.address.clone())?;
        stream.set_read_timeout(Some(CLIENT_TIMEOUT))?;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {}\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n",
            self.address
        )?;
        let mut bytes = Vec::new();
        stream.take(API_ANSWER_MAX as u64).read_to_end(&mut bytes)?;
        let took = begun.elapsed();
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").context("no head")? + 4;
        let body = bytes.split_off(end);
        let head = String::from_utf8_lossy(&bytes).to_lowercase();
        ensure!(head.starts_with("http/1.1 200 "), "GET {path}: {head}");
        ensure!(head.contains("content-encoding: gzip"), "GET {path} is not compressed: {head}");
        Ok(Page { took, bytes: body.len(), body })
    }
}

impl Page {
    /// Finds where a link leads.
    pub(super) fn link(&self, name: &str) -> Option<String> {
        let mut text = String::new();
        flate2::read::GzDecoder::new(&*self.body).read_to_string(&mut text).ok()?;
        let (before, _) = text.split_once(&format!("\">{name}</a>"))?;
        let (_, link) = before.rsplit_once("href=\"")?;
        Some(link.replace("&#38;", "&").replace("&amp;", "&"))
    }
}
