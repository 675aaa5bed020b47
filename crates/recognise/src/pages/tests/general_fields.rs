//! Header fields of no product in particular.

use super::*;

#[test]
fn retry_after_is_kept() {
    let reading = of_head(503, &[("Retry-After", "120")], "");

    assert_eq!(mark(&reading, Sign::RetryAfter).detail, [("after", "120".to_owned())]);
}

#[test]
fn an_aged_error_came_from_a_cache() {
    assert!(has(&of_head(502, &[("age", "17")], ""), Sign::CachedError));
}

#[test]
fn a_hit_on_an_error_came_from_a_cache() {
    assert!(has(&of_head(502, &[("x-cache", "MISS, HIT")], ""), Sign::CachedError));
    assert!(has(&of_head(502, &[("x-cache", "TCP_MEM_HIT from x")], ""), Sign::CachedError));
}

#[test]
fn a_hit_on_a_success_says_nothing() {
    assert!(!has(&of_head(200, &[("x-cache", "HIT")], ""), Sign::CachedError));
}

#[test]
fn a_cloudfront_error_is_no_hit() {
    let reading = of_head(502, &[("x-cache", "Error from cloudfront")], "");

    assert!(!has(&reading, Sign::CachedError));
}

#[test]
fn proxy_status_names_the_failure_and_the_hop() {
    let value = "\"a;b, c\"; error=connection_refused; details=\"x, y\", edge; received-status=502";

    let reading = of_head(502, &[("proxy-status", value)], "");

    let found = mark(&reading, Sign::ConnectRefused);
    assert!(found.detail.contains(&("error", "connection_refused".to_owned())));
    assert!(found.detail.contains(&("hop", "a;b, c".to_owned())));
}

#[test]
fn the_left_most_error_of_proxy_status_counts() {
    let value = "origin-lb; error=http_response_timeout, edge; error=connection_terminated";

    let reading = of_head(504, &[("proxy-status", value)], "");

    assert!(has(&reading, Sign::HeadTimeout));
    assert!(!has(&reading, Sign::EndedBeforeHead));
}

#[test]
fn a_received_status_means_that_the_upstream_answered() {
    let reading = of_head(502, &[("proxy-status", "edge; received-status=502")], "");

    assert!(has(&reading, Sign::UpstreamAnsweredError));
}

#[test]
fn secrets_do_not_reach_a_quotation() {
    let fields = [("set-cookie", "incap_ses_1=topsecretvalue")];

    let reading = of_head(502, &fields, "incapsula incident id: 1");

    let because = reading.written_by.expect("a maker").because;
    assert!(!because.iter().any(|words| words.contains("topsecretvalue")), "{because:?}");
}
