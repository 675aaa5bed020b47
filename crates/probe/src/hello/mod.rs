//! A `ClientHello` that is written by hand, and the first thing that comes back.
//!
//! Our TLS has only the versions and suites that are safe, so a handshake that fails for want of a
//! common one looks the same as a server that refuses everybody. This hello offers one version,
//! from SSL 3.0 on, with suites that we could not use; whether the server agrees is all that it is
//! for. The handshake is never finished and nothing is sent over it.

pub mod parse;
mod suites;
mod write;

use goodgate_evidence::probe::{Ciphers, Endpoint, Hello, HelloAnswer, TlsVersion};
use ring::rand::{SecureRandom, SystemRandom};

pub use self::suites::suite_name;
use self::write::{Offer, RANDOM_BYTES};
use crate::clock::{Deadlines, Timeouts};
use crate::connect::{Connection, Route, connect};
use crate::error::ProbeError;
use crate::limits::HELLO_ANSWER_MAX;
use crate::{raw, tls};

/// One hello.
#[derive(Clone, Debug)]
pub struct HelloRequest {
    /// Where to connect to.
    pub endpoint: Endpoint,
    /// How to get there.
    pub route: Route,
    /// The version to offer. Before TLS 1.3 a hello cannot keep a server from choosing a lower one.
    pub version: TlsVersion,
    /// The suites to offer.
    pub ciphers: Ciphers,
    /// The name to send. An address is never sent (RFC 6066 section 3), and SSL 3.0 has no
    /// extension for it.
    pub sni: Option<String>,
    /// How long to wait: for the connection, and in `tls` for the answer.
    pub timeouts: Timeouts,
}

/// Connects, sends the hello and reads the first answer.
pub async fn hello(wanted: &HelloRequest) -> Result<Hello, ProbeError> {
    let sni = match &wanted.sni {
        Some(name) if wanted.version != TlsVersion::Ssl3 => tls::sni(name)?,
        _ => None,
    };
    let offer = Offer { version: wanted.version, ciphers: wanted.ciphers, sni };
    let question = offer.to_bytes(&random()?);
    let deadlines = Deadlines::start(wanted.timeouts);
    let (attempt, connection) =
        connect(&wanted.endpoint, &wanted.route, deadlines.connect()).await?;
    let mut hello = Hello {
        connect: attempt,
        version: offer.version,
        ciphers: offer.ciphers,
        sni: offer.sni.clone(),
        took: std::time::Duration::ZERO,
        answer: None,
    };
    let Some(Connection { mut stream, .. }) = connection else { return Ok(hello) };
    let until = deadlines.tls();
    let came = raw::ask(&mut stream, &question, until, HELLO_ANSWER_MAX, parse::need).await;
    hello.took = came.took;
    hello.answer = Some(offer.judge(parse::answer(&came.bytes, came.end)));
    Ok(hello)
}

impl Offer {
    /// An agreement on what was not offered is none.
    fn judge(&self, answer: HelloAnswer) -> HelloAnswer {
        let HelloAnswer::Agreed { version, cipher } = answer else { return answer };
        if version > self.version {
            let name = version.name();
            return HelloAnswer::Invalid(format!("it chose {name}, which was not offered"));
        }
        if !self.suites().contains(&cipher) {
            let why = format!("it chose cipher suite 0x{cipher:04x}, which was not offered");
            return HelloAnswer::Invalid(why);
        }
        answer
    }
}

fn random() -> Result<[u8; RANDOM_BYTES], ProbeError> {
    let mut bytes = [0_u8; RANDOM_BYTES];
    SystemRandom::new().fill(&mut bytes).map_err(|_| ProbeError::Random)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(offered: TlsVersion, version: TlsVersion, cipher: u16) -> bool {
        let offer = Offer { version: offered, ciphers: Ciphers::Modern, sni: None };
        offer.judge(HelloAnswer::Agreed { version, cipher })
            == HelloAnswer::Agreed { version, cipher }
    }

    #[test]
    fn an_agreement_on_what_was_not_offered_is_invalid() {
        use TlsVersion::{Tls10, Tls12, Tls13};

        let held = [
            judged(Tls12, Tls12, 0xc02f),
            judged(Tls12, Tls13, 0x1301),
            judged(Tls12, Tls12, 0x002f),
            judged(Tls10, Tls10, 0xc013),
            // The renegotiation signal is no suite.
            judged(Tls10, Tls10, 0x00ff),
        ];

        assert_eq!(held, [true, false, false, true, false]);
    }
}
