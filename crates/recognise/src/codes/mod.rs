//! The codes that gateways, clouds, TLS libraries and kernels print, and what each says.
//!
//! Pure data, one file per family, and [`lookup`] for a code that somebody pasted. A code says what
//! was seen ([`Sign`]s) and which causes it points to; several causes mean that the code alone
//! cannot tell them apart.

mod table;

mod apache_ah;
mod apr_status;
mod aws_elb;
mod azure;
mod cloudflare;
mod cloudfront;
mod envoy_flags;
mod envoy_reasons;
mod errno;
mod fly;
mod gcp;
mod grpc;
mod haproxy_checks;
mod haproxy_connection;
mod haproxy_states;
mod heroku;
mod http2;
mod iis;
mod nginx;
mod ngrok;
mod node;
mod openssl;
mod railway;
mod render;
mod rfc9209;
mod tls_alerts;
mod vercel;

mod lookup;

use goodgate_evidence::{ProxyError, Sign};

pub use haproxy_states::{Letter, Place, letters};
pub use lookup::lookup;

/// One code of one product or standard.
#[derive(Clone, Copy, Debug)]
pub struct Code {
    /// The family that the code belongs to; within it the code is unique.
    pub family: Family,
    /// The code as it is printed.
    pub code: &'static str,
    /// Other spellings of the same code: its number, its long name, its older words.
    pub aliases: &'static [&'static str],
    /// The code in a few words.
    pub title: &'static str,
    /// What it says, in one or two sentences.
    pub meaning: &'static str,
    /// The status that the client gets with it, where that is fixed.
    pub status: Option<&'static str>,
    /// The RFC 9209 error type that describes the same event.
    pub proxy_error: Option<ProxyError>,
    /// What was seen. Empty only if the code reports no failure.
    pub signs: &'static [Sign],
    /// Slugs of the causes that it points to, the likelier ones first.
    pub causes: &'static [&'static str],
    /// Whether the code reports a failure.
    pub failure: bool,
    /// Where the code is documented or was seen.
    pub reference: &'static str,
    /// Whether the entry was checked against a source, a document or a measurement.
    pub verified: bool,
}

/// A family of codes: one product's or standard's vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Apache httpd log message numbers.
    ApacheLog,
    /// Status numbers of the Apache Portable Runtime.
    AprStatus,
    /// AWS load balancer status codes and error reasons.
    AwsElb,
    /// Azure Application Gateway error info.
    Azure,
    /// Cloudflare 5xx and 1xxx codes.
    Cloudflare,
    /// Amazon CloudFront detailed result types.
    Cloudfront,
    /// Envoy response flags.
    EnvoyFlag,
    /// Envoy reset reasons and response code details.
    EnvoyReason,
    /// Error numbers of Linux and of its name resolution.
    Errno,
    /// Fly.io proxy error codes.
    Fly,
    /// Google Cloud load balancer status details.
    Gcp,
    /// gRPC status codes.
    Grpc,
    /// HAProxy health check results.
    HaproxyCheck,
    /// HAProxy connection error numbers.
    HaproxyConnection,
    /// HAProxy termination states.
    HaproxyState,
    /// Heroku error codes.
    Heroku,
    /// HTTP/2 error codes.
    Http2,
    /// IIS sub-status codes and Windows HTTP errors.
    Iis,
    /// nginx status codes and upstream variables.
    Nginx,
    /// ngrok error codes.
    Ngrok,
    /// Node.js, llhttp and undici error codes.
    Node,
    /// OpenSSL reason words and verification results.
    Openssl,
    /// Railway edge markers.
    Railway,
    /// Render routing markers.
    Render,
    /// RFC 9209 proxy error types.
    Rfc9209,
    /// TLS alerts.
    TlsAlert,
    /// Vercel error codes.
    Vercel,
}

/// Every family with its codes.
pub const ALL: &[(Family, &[Code])] = &[
    (Family::ApacheLog, apache_ah::TABLE),
    (Family::AprStatus, apr_status::TABLE),
    (Family::AwsElb, aws_elb::TABLE),
    (Family::Azure, azure::TABLE),
    (Family::Cloudflare, cloudflare::TABLE),
    (Family::Cloudfront, cloudfront::TABLE),
    (Family::EnvoyFlag, envoy_flags::TABLE),
    (Family::EnvoyReason, envoy_reasons::TABLE),
    (Family::Errno, errno::TABLE),
    (Family::Fly, fly::TABLE),
    (Family::Gcp, gcp::TABLE),
    (Family::Grpc, grpc::TABLE),
    (Family::HaproxyCheck, haproxy_checks::TABLE),
    (Family::HaproxyConnection, haproxy_connection::TABLE),
    (Family::HaproxyState, haproxy_states::TABLE),
    (Family::Heroku, heroku::TABLE),
    (Family::Http2, http2::TABLE),
    (Family::Iis, iis::TABLE),
    (Family::Nginx, nginx::TABLE),
    (Family::Ngrok, ngrok::TABLE),
    (Family::Node, node::TABLE),
    (Family::Openssl, openssl::TABLE),
    (Family::Railway, railway::TABLE),
    (Family::Render, render::TABLE),
    (Family::Rfc9209, rfc9209::TABLE),
    (Family::TlsAlert, tls_alerts::TABLE),
    (Family::Vercel, vercel::TABLE),
];

/// Returns every family, in the order of [`ALL`].
pub fn families() -> impl Iterator<Item = Family> {
    ALL.iter().map(|(family, _)| *family)
}

/// Returns the codes of a family.
pub fn codes_of(family: Family) -> &'static [Code] {
    ALL.iter().find(|(of, _)| *of == family).map_or(&[], |(_, codes)| *codes)
}

impl Family {
    /// Returns the word that stands for the family.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::ApacheLog => "apache_log",
            Self::AprStatus => "apr_status",
            Self::AwsElb => "aws_elb",
            Self::Azure => "azure",
            Self::Cloudflare => "cloudflare",
            Self::Cloudfront => "cloudfront",
            Self::EnvoyFlag => "envoy_flag",
            Self::EnvoyReason => "envoy_reason",
            Self::Errno => "errno",
            Self::Fly => "fly",
            Self::Gcp => "gcp",
            Self::Grpc => "grpc",
            Self::HaproxyCheck => "haproxy_check",
            Self::HaproxyConnection => "haproxy_connection",
            Self::HaproxyState => "haproxy_state",
            Self::Heroku => "heroku",
            Self::Http2 => "http2",
            Self::Iis => "iis",
            Self::Nginx => "nginx",
            Self::Ngrok => "ngrok",
            Self::Node => "node",
            Self::Openssl => "openssl",
            Self::Railway => "railway",
            Self::Render => "render",
            Self::Rfc9209 => "rfc9209",
            Self::TlsAlert => "tls_alert",
            Self::Vercel => "vercel",
        }
    }

    /// Returns what the family holds, as a heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::ApacheLog => "Apache httpd log numbers",
            Self::AprStatus => "Apache Portable Runtime status numbers",
            Self::AwsElb => "AWS load balancer codes and error reasons",
            Self::Azure => "Azure Application Gateway error info",
            Self::Cloudflare => "Cloudflare error codes",
            Self::Cloudfront => "CloudFront detailed result types",
            Self::EnvoyFlag => "Envoy response flags",
            Self::EnvoyReason => "Envoy reset reasons and response code details",
            Self::Errno => "Linux error numbers",
            Self::Fly => "Fly.io proxy error codes",
            Self::Gcp => "Google Cloud load balancer status details",
            Self::Grpc => "gRPC status codes",
            Self::HaproxyCheck => "HAProxy health check results",
            Self::HaproxyConnection => "HAProxy connection error numbers (bc_err, fc_err)",
            Self::HaproxyState => "HAProxy termination states",
            Self::Heroku => "Heroku error codes",
            Self::Http2 => "HTTP/2 error codes",
            Self::Iis => "IIS sub-status codes and WinHTTP errors",
            Self::Nginx => "nginx status codes and upstream variables",
            Self::Ngrok => "ngrok error codes",
            Self::Node => "Node.js error codes",
            Self::Openssl => "OpenSSL reason words and verification results",
            Self::Railway => "Railway edge markers",
            Self::Render => "Render routing markers",
            Self::Rfc9209 => "RFC 9209 proxy error types",
            Self::TlsAlert => "TLS alerts",
            Self::Vercel => "Vercel error codes",
        }
    }
}

#[cfg(test)]
mod tests;
