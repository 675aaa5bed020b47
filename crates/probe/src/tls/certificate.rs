//! What a certificate says (RFC 5280), also where it does not verify.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use goodgate_evidence::Timestamp;
use goodgate_evidence::probe::Certificate;
use ring::digest::{SHA256, digest};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::objects::{oid_registry, oid2abbrev};
use x509_parser::prelude::FromDer;
use x509_parser::time::ASN1Time;
use x509_parser::x509::{AttributeTypeAndValue, X509Name};

use crate::limits::CERTIFICATE_NAMES_MAX;

/// Reads the fields of an encoded certificate. One that cannot be read keeps its digest, and says
/// so as its subject.
pub(super) fn read(der: &[u8]) -> Certificate {
    let sha256 = hexadecimal(digest(&SHA256, der).as_ref());
    let Ok((_, parsed)) = X509Certificate::from_der(der) else {
        return unreadable(sha256);
    };
    Certificate {
        subject: name(parsed.subject()),
        issuer: name(parsed.issuer()),
        names: names(&parsed),
        not_before: timestamp(parsed.validity().not_before),
        not_after: timestamp(parsed.validity().not_after),
        serial: hexadecimal(parsed.raw_serial()),
        sha256,
    }
}

/// Tells whether subject and issuer of a certificate are the same.
pub(super) fn is_own_issuer(der: &[u8]) -> bool {
    X509Certificate::from_der(der)
        .is_ok_and(|(_, parsed)| parsed.subject().as_raw() == parsed.issuer().as_raw())
}

fn unreadable(sha256: String) -> Certificate {
    Certificate {
        subject: "(unreadable)".to_owned(),
        issuer: "(unreadable)".to_owned(),
        names: Vec::new(),
        not_before: Timestamp(0),
        not_after: Timestamp(0),
        serial: String::new(),
        sha256,
    }
}

fn timestamp(time: ASN1Time) -> Timestamp {
    Timestamp(time.timestamp().saturating_mul(1_000_000))
}

fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(extension)) = certificate.subject_alternative_name() else { return Vec::new() };
    let names = extension.value.general_names.iter();
    names.filter_map(covered_name).take(CERTIFICATE_NAMES_MAX).collect()
}

fn covered_name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => address(bytes).map(|address| address.to_string()),
        _ => None,
    }
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    if let Ok(v4) = <[u8; 4]>::try_from(bytes) {
        return Some(Ipv4Addr::from(v4).into());
    }
    <[u8; 16]>::try_from(bytes).ok().map(|v6| Ipv6Addr::from(v6).into())
}

/// Writes a distinguished name in the form of RFC 4514: last part first.
fn name(name: &X509Name<'_>) -> String {
    let mut parts: Vec<String> = name
        .iter_rdn()
        .map(|part| part.iter().map(attribute).collect::<Vec<_>>().join("+"))
        .collect();
    parts.reverse();
    parts.join(",")
}

fn attribute(attribute: &AttributeTypeAndValue<'_>) -> String {
    let oid = attribute.attr_type();
    let kind = oid2abbrev(oid, oid_registry()).map_or_else(|_| oid.to_id_string(), str::to_owned);
    match attribute.as_str() {
        Ok(value) => format!("{kind}={}", escaped(value)),
        Err(_) => format!("{kind}=#{}", hexadecimal(attribute.as_slice())),
    }
}

/// Escapes what RFC 4514 section 2.4 says; control characters become their numbers.
fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let last = value.chars().count().saturating_sub(1);
    for (at, c) in value.chars().enumerate() {
        let at_edge = (at == 0 && matches!(c, ' ' | '#')) || (at == last && c == ' ');
        if at_edge || matches!(c, '"' | '+' | ',' | ';' | '<' | '>' | '\\') {
            out.push('\\');
            out.push(c);
        } else if c.is_ascii_control() {
            out.push('\\');
            out.push_str(&hexadecimal(&[c as u8]));
        } else {
            out.push(c);
        }
    }
    out
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string cannot fail.
        write!(out, "{byte:02x}").ok();
    }
    out
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, SanType, date_time_ymd};

    use super::*;

    fn certificate() -> Certificate {
        let mut params = CertificateParams::new(vec!["a.example".to_owned()]).unwrap();
        params.subject_alt_names.push(SanType::IpAddress("192.0.2.1".parse().unwrap()));
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::OrganizationName, "Sales, Ltd");
        params.distinguished_name.push(DnType::CommonName, "a.example");
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2021, 1, 1);
        params.serial_number = Some(vec![0x0a, 0x0b].into());
        let signed = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        read(signed.der())
    }

    #[test]
    fn the_fields_of_a_certificate_are_read() {
        let certificate = certificate();

        assert_eq!(
            (certificate.subject.as_str(), certificate.names, certificate.serial.as_str()),
            (
                r"CN=a.example,O=Sales\, Ltd",
                vec!["a.example".to_owned(), "192.0.2.1".to_owned()],
                "0a0b"
            )
        );
    }

    #[test]
    fn the_dates_are_microseconds() {
        let certificate = certificate();

        assert_eq!(
            (certificate.not_before, certificate.not_after),
            (Timestamp(1_577_836_800_000_000), Timestamp(1_609_459_200_000_000))
        );
    }

    #[test]
    fn garbage_keeps_its_digest() {
        let certificate = read(b"garbage");

        assert_eq!((certificate.subject.as_str(), certificate.sha256.len()), ("(unreadable)", 64));
    }
}
