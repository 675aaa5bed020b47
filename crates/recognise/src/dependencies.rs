//! Services that an application relies on: what fails there is not the gateway's attempt.

use goodgate_evidence::Sign;

/// Ports of databases, brokers, mail, directories and telemetry.
const PORTS: &[u16] = &[
    25, 389, 465, 587, 636, 1433, 1521, 2181, 2379, 3306, 4222, 4317, 4318, 5044, 5432, 5672, 6379,
    7687, 8125, 8200, 8500, 8761, 9042, 9092, 9200, 9411, 11211, 14268, 27017,
];

/// Names of such services.
const NAMES: &[&str] = &[
    "postgres",
    "Postgres",
    "mysql",
    "MySQL",
    "redis",
    "Redis",
    "mongodb",
    "mongo:",
    "rabbitmq",
    "amqp",
    "jdbc:",
    "kafka",
    "memcached",
    "SQLSTATE",
    "SqlClient",
    "elasticsearch",
    "smtplib",
];

/// Tells whether a line is about a database or another service behind the application.
pub(crate) fn named(line: &str) -> bool {
    NAMES.iter().any(|name| line.contains(name)) || has_port(line)
}

fn has_port(line: &str) -> bool {
    let said = line.split(" port ").skip(1).filter_map(|rest| {
        let digits = rest.bytes().take(6).take_while(u8::is_ascii_digit).count();
        rest.get(..digits)?.parse::<u16>().ok()
    });
    if said.into_iter().any(|port| PORTS.contains(&port)) {
        return true;
    }
    line.match_indices(':').any(|(at, _)| {
        let rest = line.get(at + 1..).unwrap_or_default();
        let digits = rest.bytes().take(6).take_while(u8::is_ascii_digit).count();
        let port = rest.get(..digits).and_then(|digits| digits.parse::<u16>().ok());
        // A clock has colons as well; an address stands before a port.
        let host = line.as_bytes().get(at.wrapping_sub(1)).copied();
        let host = host.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"]>".contains(&byte));
        let known = port.is_some_and(|port| PORTS.contains(&port));
        host && known && (digits > 2 || is_address(line, at))
    })
}

/// No name of a host is longer.
const HOST_MAX: usize = 253;

/// Tells whether what stands before the colon has a dot, as addresses and host names have.
fn is_address(line: &str, colon: usize) -> bool {
    let before = line.as_bytes().get(colon.saturating_sub(HOST_MAX)..colon).unwrap_or_default();
    let before = String::from_utf8_lossy(before);
    let word = before.rsplit([' ', '"', '\'', '(', '/']).next().unwrap_or_default();
    word.contains('.')
}

/// Tells whether a line belongs to the stack above it: what failed is named there.
pub(crate) fn continues(line: &str) -> bool {
    let begins = ["at ", "Caused by: ", "... ", "Suppressed: ", "File \"", "from ", "return "];
    let nameless = ["ConnectException: Connection refused", "ConnectionRefusedError: "];
    begins.iter().any(|start| line.starts_with(start))
        || nameless.iter().any(|words| line.contains(words)) && !line.contains("refused:")
}

/// A failed connection of the application to its own service is not one of the gateway.
pub(crate) fn of(sign: Sign) -> Sign {
    match sign {
        Sign::ConnectRefused
        | Sign::ConnectTimedOut
        | Sign::ConnectNoRoute
        | Sign::ConnectNetUnreachable
        | Sign::TimeoutSomewhere
        | Sign::ResetSomewhere
        | Sign::ResetBeforeHead
        | Sign::ClosedBeforeHead
        | Sign::SendReset
        | Sign::DnsNxdomain
        | Sign::DnsTemporaryFailure => Sign::DependencyFailed,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_whole_numbers_behind_an_address() {
        for line in [
            "dial tcp 10.0.0.4:5432: connect: x",
            "mx.example:25",
            "kafka/172.18.0.4:9092",
            "db:3306)",
        ] {
            assert!(named(line), "{line}");
        }
        for line in
            ["connect ECONNREFUSED 10.0.0.4:54321", "12:25:03 connect ECONNREFUSED", "a: 25"]
        {
            assert!(!named(line), "{line}");
        }
    }
}
