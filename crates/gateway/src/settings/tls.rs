//! `[listen.tls]` and `[upstream.NAME.tls]`.

use std::path::PathBuf;
use std::time::Duration;

use goodgate_config::units::{mins, ms, secs};
use goodgate_config::{section, words};

use super::values::HostName;

section! {
    /// TLS on a listener.
    pub struct Tls {
        /// The certificates; the client's server name (SNI) chooses, the first one serves the rest.
        /// Changed files are read again by themselves.
        pub certificates: Vec<Certificate>;
        /// The oldest version of TLS that a client may speak.
        pub min_version: TlsVersion = TlsVersion::V1_2;
        /// The time for a handshake.
        pub handshake_timeout: Duration = secs(10), in ms(100)..=mins(2);
    }
}

section! {
    /// A certificate and its key.
    pub struct Certificate {
        /// The certificate and its intermediates, in PEM.
        pub certificate: PathBuf;
        /// The private key, in PEM.
        pub key: PathBuf;
    }
}

words! {
    /// A version of TLS.
    pub enum TlsVersion {
        /// TLS 1.2 and 1.3.
        V1_2 = "1.2",
        /// TLS 1.3 only.
        V1_3 = "1.3",
    }
}

section! {
    /// TLS towards the endpoints whose URL begins with `https://`.
    pub struct UpstreamTls {
        /// Whether the certificate is verified. Without it anybody on the way can read and change
        /// everything.
        pub verify: bool = true;
        /// The authorities to trust, in PEM, in place of those of the system.
        pub ca: Option<PathBuf> = None;
        /// The name that is sent as SNI and that the certificate has to bear; without it the host of
        /// the endpoint.
        pub server_name: Option<HostName> = None;
        /// The certificate that the gateway shows, in PEM.
        pub certificate: Option<PathBuf> = None;
        /// The key of that certificate, in PEM.
        pub key: Option<PathBuf> = None;
    }
}
