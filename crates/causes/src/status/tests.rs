use super::*;

/// The registered codes, from the IANA HTTP Status Code Registry.
const IANA: &[u16] = &[
    100, 101, 102, 103, 104, 200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303,
    304, 305, 306, 307, 308, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413,
    414, 415, 416, 417, 418, 421, 422, 423, 424, 425, 426, 428, 429, 431, 451, 500, 501, 502, 503,
    504, 505, 506, 507, 508, 510, 511,
];

#[test]
fn codes_are_ascending_and_unique() {
    assert!(ALL.windows(2).all(|pair| pair[0].code < pair[1].code));
}

#[test]
fn each_table_is_ascending() {
    for table in TABLES {
        assert!(table.windows(2).all(|pair| pair[0].code < pair[1].code));
    }
}

#[test]
fn every_registered_code_is_present() {
    let registered: Vec<u16> =
        ALL.iter().filter(|status| status.is_registered()).map(|status| status.code).collect();

    assert_eq!(registered, IANA);
}

#[test]
fn gateway_codes_are_present() {
    let used = [0, 9, 419, 430, 440, 444, 449, 460, 463, 464, 494, 495, 496, 497, 498, 499, 509];
    let edges = [520, 521, 522, 523, 524, 525, 526, 527, 529, 530, 561, 598, 599];

    for code in used.iter().chain(&edges) {
        assert!(lookup(*code).is_some_and(|status| !status.is_registered()), "{code}");
    }
}

#[test]
fn unknown_codes_have_no_entry() {
    assert!(lookup(599).is_some() && lookup(600).is_none() && lookup(461).is_none());
}

#[test]
fn every_entry_says_what_it_is() {
    for status in ALL.iter() {
        let texts = [status.name, status.meaning, status.sender];
        assert!(texts.iter().all(|text| !text.trim().is_empty()), "{}", status.code);
        let reference = match status.registration {
            Registration::Registered(reference)
            | Registration::Temporary(reference)
            | Registration::Unregistered { reference, .. } => reference,
        };
        assert!(!reference.is_empty(), "{}", status.code);
    }
}

#[test]
fn sentences_end_with_a_full_stop() {
    for status in ALL.iter() {
        assert!(status.meaning.ends_with('.'), "{}: {}", status.code, status.meaning);
        for text in [status.notes, status.retry_note] {
            assert!(text.is_empty() || text.ends_with('.'), "{}: {text}", status.code);
        }
    }
}

#[test]
fn causes_exist() {
    let sub_codes = SUB_CODES.iter().flat_map(|entry| entry.causes);

    for slug in ALL.iter().flat_map(|status| status.causes).chain(sub_codes) {
        assert!(crate::catalogue::find(slug).is_some(), "{slug}");
    }
}

#[test]
fn errors_of_the_server_point_to_causes() {
    let unused = [510];

    for status in ALL.iter().filter(|status| status.class() == Class::ServerError) {
        assert!(!status.causes.is_empty() || unused.contains(&status.code), "{}", status.code);
    }
}

#[test]
fn post_is_not_repeated_after_a_bad_gateway() {
    let rule = lookup(502).map(|status| status.retry);

    assert_eq!(rule, Some(Retry::Idempotent));
    assert!(!Retry::Idempotent.allows("POST", false));
}

#[test]
fn no_server_error_lets_post_be_repeated_blindly() {
    for status in ALL.iter().filter(|status| status.class() == Class::ServerError) {
        assert!(!status.retry.allows("POST", false), "{}", status.code);
    }
}

#[test]
fn a_request_that_never_left_may_be_repeated() {
    assert!(Retry::AnyMethodIfNeverSent.allows("POST", true));
}

#[test]
fn cacheable_codes_are_those_of_rfc_9110() {
    let cacheable: Vec<u16> = ALL
        .iter()
        .filter(|status| status.heuristically_cacheable)
        .map(|status| status.code)
        .collect();

    assert_eq!(cacheable, [200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 451, 501]);
}

#[test]
fn crawlers_slow_down_for_429_and_server_errors_only() {
    for status in ALL.iter().filter(|status| status.crawler == Crawler::SlowsDown) {
        assert!(status.code == 429 || status.class() == Class::ServerError, "{}", status.code);
    }
}

#[test]
fn the_class_is_the_first_digit() {
    let class = |code| lookup(code).map(Status::class);

    assert_eq!(class(9), Some(Class::LogOnly));
    assert_eq!(class(499), Some(Class::ClientError));
    assert_eq!(class(520), Some(Class::ServerError));
}

#[test]
fn sub_codes_are_unique() {
    for (at, entry) in SUB_CODES.iter().enumerate() {
        assert!(SUB_CODES[..at].iter().all(|other| other.code != entry.code), "{}", entry.code);
    }
}

#[test]
fn sub_codes_ride_on_known_statuses() {
    for status in SUB_CODES.iter().flat_map(|entry| entry.statuses) {
        assert!(lookup(*status).is_some(), "{status}");
    }
}

#[test]
fn sub_codes_are_found_by_code_and_by_status() {
    assert_eq!(sub_code("1033").map(|entry| entry.causes), Some(&["cdn_tunnel_down"][..]));
    assert!(sub_codes_of(502).any(|entry| entry.code == "502.3"));
}
