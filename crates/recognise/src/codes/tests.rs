use super::*;

fn all() -> impl Iterator<Item = &'static Code> {
    ALL.iter().flat_map(|(_, codes)| codes.iter())
}

/// Returns what a text is found as, as `family code`.
fn found(text: &str) -> Vec<String> {
    lookup(text).iter().map(|code| format!("{} {}", code.family.slug(), code.code)).collect()
}

#[test]
fn codes_are_found_by_what_is_pasted() {
    let examples: &[(&str, &[&str])] = &[
        ("UF", &["envoy_flag UF"]),
        ("uf", &["envoy_flag UF"]),
        ("UpstreamConnectionFailure", &["envoy_flag UF"]),
        ("SC", &["haproxy_state SC"]),
        ("sC", &["haproxy_state sC"]),
        ("sH--", &["haproxy_state sH"]),
        ("SHVN", &["haproxy_state SH"]),
        ("----", &["haproxy_state --"]),
        ("L7STS", &["haproxy_check L7STS"]),
        ("Layer4 timeout", &["haproxy_check L4TOUT"]),
        ("bc_err=34", &["haproxy_connection bc_err 34"]),
        ("General socket error", &["haproxy_connection bc_err 6"]),
        ("H12", &["heroku H12"]),
        ("code=H12", &["heroku H12"]),
        ("AH01102", &["apache_log AH01102"]),
        ("01102", &["apache_log AH01102"]),
        ("(70007)", &["apr_status 70007"]),
        ("70014", &["apr_status 70014"]),
        ("(111)", &["errno ECONNREFUSED"]),
        ("errno 111", &["errno ECONNREFUSED"]),
        ("errno: 111", &["errno ECONNREFUSED"]),
        ("No route to host", &["errno EHOSTUNREACH"]),
        ("EAI_AGAIN", &["errno EAI_AGAIN"]),
        ("ENOTFOUND", &["errno EAI_NONAME"]),
        ("ERR_NGROK_3200", &["ngrok ERR_NGROK_3200"]),
        ("ngrok-error-code: ERR_NGROK_8012", &["ngrok ERR_NGROK_8012"]),
        ("0x80072ee2", &["iis 0x80072ee2"]),
        ("0x80072EE2", &["iis 0x80072ee2"]),
        ("502.3", &["iis 502.3"]),
        ("522", &["cloudflare 522"]),
        ("Error 1016", &["cloudflare 1016"]),
        ("1008", &["cloudflare 1006"]),
        ("460", &["aws_elb 460"]),
        ("LambdaInvalidResponse", &["aws_elb LambdaInvalidResponse"]),
        ("OriginZeroSizeObjectError", &["cloudfront OriginZeroSizeObjectError"]),
        ("failed_to_pick_backend", &["gcp failed_to_pick_backend"]),
        ("ERRORINFO_UPSTREAM_NO_LIVE", &["azure ERRORINFO_UPSTREAM_NO_LIVE"]),
        ("ROUTER_CANNOT_MATCH", &["vercel ROUTER_CANNOT_MATCH"]),
        ("Application failed to respond", &["railway Application failed to respond"]),
        ("x-render-routing: dynamic-paid-error", &["render dynamic-paid-error"]),
        ("PR04", &["fly PR03"]),
        ("grpc-status: 14", &["grpc UNAVAILABLE"]),
        ("DEADLINE_EXCEEDED", &["grpc DEADLINE_EXCEEDED"]),
        ("REFUSED_STREAM", &["http2 REFUSED_STREAM"]),
        ("0xb", &["http2 ENHANCE_YOUR_CALM"]),
        ("SSL alert number 112", &["tls_alert unrecognized_name"]),
        ("wrong version number", &["openssl wrong version number"]),
        ("self signed certificate", &["openssl self-signed certificate"]),
        ("HPE_INVALID_CONSTANT", &["node HPE_INVALID_CONSTANT"]),
        ("UND_ERR_SOCKET", &["node UND_ERR_SOCKET"]),
        ("499", &["nginx 499"]),
        ("009", &["nginx 009"]),
    ];

    for (text, expected) in examples {
        assert_eq!(found(text), *expected, "{text}");
    }
}

#[test]
fn a_combination_is_split() {
    assert_eq!(found("URX,UF"), ["envoy_flag URX", "envoy_flag UF"]);
}

#[test]
fn a_reason_in_braces_is_found() {
    let text = "upstream_reset_before_response_started{connection_termination}";

    assert_eq!(found(text), ["envoy_reason connection termination"]);
}

#[test]
fn case_is_ignored_only_when_no_code_is_written_so() {
    assert_eq!(found("sc"), ["haproxy_state SC", "haproxy_state sC"]);
}

#[test]
fn an_ambiguous_code_gives_every_reading() {
    assert_eq!(
        found("connection_timeout"),
        ["envoy_reason connection timeout", "rfc9209 connection_timeout"]
    );
}

#[test]
fn what_is_no_code_is_not_found() {
    for text in ["", " ", "hello", "HELP", "502", "a,b,c", "{}", ",", "H", "=", ":", "H12 H13"] {
        assert_eq!(found(text), [""; 0], "{text:?}");
    }
}

#[test]
fn a_whole_log_line_is_not_looked_up() {
    assert!(lookup(&"UF,".repeat(200)).is_empty());
}

#[test]
fn odd_bytes_do_no_harm() {
    for text in ["äöü", "sHé-", "\u{202e}UF", "{{{{", "||||||||||||UF", "é=é", "日本"] {
        assert!(lookup(text).is_empty(), "{text:?}");
    }
}

#[test]
fn each_family_holds_its_own_codes() {
    for (family, codes) in ALL {
        assert!(!codes.is_empty() && codes.iter().all(|code| code.family == *family), "{family:?}");
    }
}

#[test]
fn families_are_listed_once() {
    let families: Vec<_> = families().collect();

    for (at, family) in families.iter().enumerate() {
        assert!(!families[..at].contains(family), "{family:?}");
    }
}

#[test]
fn codes_of_a_family_are_those_of_the_list() {
    for (family, codes) in ALL {
        assert_eq!(codes_of(*family).len(), codes.len(), "{family:?}");
    }
}

#[test]
fn no_spelling_stands_twice_in_a_family() {
    for (family, codes) in ALL {
        let mut seen: Vec<&str> = Vec::new();
        for spelling in codes
            .iter()
            .flat_map(|code| [code.code].into_iter().chain(code.aliases.iter().copied()))
        {
            assert!(!seen.contains(&spelling), "{family:?}: {spelling}");
            seen.push(spelling);
        }
    }
}

#[test]
fn every_spelling_leads_to_its_code() {
    for code in all() {
        for spelling in [code.code].iter().chain(code.aliases) {
            let hit = lookup(spelling)
                .iter()
                .any(|hit| hit.family == code.family && hit.code == code.code);
            assert!(hit, "{:?}: {spelling}", code.family);
        }
    }
}

#[test]
fn causes_exist() {
    for code in all() {
        for slug in code.causes {
            assert!(
                goodgate_causes::catalogue::find(slug).is_some(),
                "{:?} {}: {slug}",
                code.family,
                code.code
            );
        }
    }
}

#[test]
fn every_failure_has_a_sign_and_a_cause() {
    for code in all().filter(|code| code.failure) {
        assert!(!code.signs.is_empty(), "{:?} {}", code.family, code.code);
        assert!(!code.causes.is_empty(), "{:?} {}", code.family, code.code);
    }
}

#[test]
fn what_is_no_failure_has_no_sign() {
    for code in all().filter(|code| !code.failure) {
        assert!(code.signs.is_empty(), "{:?} {}", code.family, code.code);
    }
}

#[test]
fn every_code_says_what_it_is() {
    for code in all() {
        assert!(!code.title.is_empty() && !code.reference.is_empty(), "{}", code.code);
        assert!(code.meaning.ends_with('.'), "{:?} {}: {}", code.family, code.code, code.meaning);
    }
}

#[test]
fn every_proxy_error_type_has_its_code() {
    for error in ProxyError::ALL {
        let code = codes_of(Family::Rfc9209).iter().find(|code| code.code == error.slug());
        assert_eq!(code.and_then(|code| code.proxy_error), Some(*error), "{error}");
    }
}

#[test]
fn recommended_statuses_are_those_of_rfc_9209() {
    for error in ProxyError::ALL {
        let Some(status) = error.recommended_status() else { continue };
        let code = codes_of(Family::Rfc9209).iter().find(|code| code.code == error.slug());
        assert_eq!(code.and_then(|code| code.status), Some(status.to_string().as_str()), "{error}");
    }
}

#[test]
fn letters_of_a_state_say_four_things() {
    let meanings: Vec<_> = letters("sHVN").iter().map(|letter| letter.place).collect();

    assert_eq!(meanings, [Place::Event, Place::Phase, Place::RequestCookie, Place::ResponseCookie]);
}

#[test]
fn letters_know_what_is_no_state() {
    for text in ["", "S", "SHV", "XX", "sh", "SHVNN", "ä"] {
        assert!(letters(text).is_empty(), "{text:?}");
    }
}

#[test]
fn every_state_in_the_table_has_letters() {
    for code in codes_of(Family::HaproxyState) {
        assert_eq!(letters(code.code).len(), 2, "{}", code.code);
    }
}
