//! Pages that passed several hops.

use super::*;

#[test]
fn nginx_made_what_cloudflare_passed_on() {
    let fields = [("server", "cloudflare"), ("cf-ray", "8c1f0a2b3c4d5e6f-FRA")];

    let reading = of_head(502, &fields, NGINX_502);

    assert_eq!(writer(&reading), Some(Product::Nginx));
    assert_eq!(reading.forwarded_by, [Product::Cloudflare]);
}

#[test]
fn cloudflare_fields_alone_name_no_maker() {
    let fields = [("server", "cloudflare"), ("cf-ray", "8c1f0a2b3c4d5e6f-FRA")];

    let reading = of_head(502, &fields, "<h1>Oops</h1>");

    assert_eq!(writer(&reading), None);
    assert_eq!(reading.forwarded_by, [Product::Cloudflare]);
}

#[test]
fn a_server_field_alone_is_weak() {
    let reading = of_head(502, &[("server", "nginx/1.24.0")], "");

    assert_eq!(writer(&reading), Some(Product::Nginx));
    assert!(confidence(&reading) < 0.5);
    assert!(!has(&reading, Sign::GatewayMadeError));
}

#[test]
fn a_server_field_does_not_claim_a_foreign_body() {
    let reading = of_head(502, &[("server", "nginx/1.24.0")], "<h1>Our shop is down</h1>");

    assert_eq!(writer(&reading), None);
    assert_eq!(reading.forwarded_by, [Product::Nginx]);
}

#[test]
fn an_exact_page_is_nearly_certain() {
    let reading = of_head(502, &[("server", "nginx/1.22.1")], NGINX_502);

    assert!(confidence(&reading) > 0.98);
}

#[test]
fn the_line_below_the_heading_separates_nginx_from_elb() {
    let elb = NGINX_502.replace("<hr><center>nginx/1.22.1</center>\r\n", "");

    assert_eq!(writer(&of_body(&elb)), Some(Product::AwsElb));
    assert_eq!(writer(&of_body(NGINX_502)), Some(Product::Nginx));
}

#[test]
fn caddy_only_forwarded_a_page_with_a_body() {
    let reading = of_head(502, &[("server", "Caddy"), ("content-type", "text/html")], "<h1>x</h1>");

    assert_eq!(writer(&reading), None);
    assert_eq!(reading.forwarded_by, [Product::Caddy]);
}

#[test]
fn envoy_with_a_service_time_only_forwarded() {
    let fields = [("server", "envoy"), ("x-envoy-upstream-service-time", "12")];

    let reading = of_head(503, &fields, "<h1>app says no</h1>");

    assert_eq!(reading.forwarded_by, [Product::Envoy]);
    assert!(has(&reading, Sign::UpstreamAnsweredError));
    assert!(!has(&reading, Sign::GatewayMadeError));
}

#[test]
fn linkerd_behind_envoy_wrote_the_error() {
    let fields = [
        ("l5d-proxy-error", "service in fail-fast"),
        ("server", "envoy"),
        ("x-envoy-upstream-service-time", "3001"),
    ];

    let reading = of_head(504, &fields, "");

    assert_eq!(writer(&reading), Some(Product::Linkerd));
    assert_eq!(reading.forwarded_by, [Product::Envoy]);
}

#[test]
fn fastly_is_not_taken_for_varnish() {
    let fields = [("via", "1.1 varnish"), ("x-served-by", "cache-fra-etou1-FRA")];

    let reading = of_head(502, &fields, NGINX_502);

    assert_eq!(reading.forwarded_by, [Product::Fastly]);
}

#[test]
fn several_hops_are_listed() {
    let fields = [("via", "1.1 varnish (Varnish/7.1)"), ("cf-ray", "1-FRA"), ("via", "kong/3.4")];

    let reading = of_head(502, &fields, NGINX_502);

    assert_eq!(reading.forwarded_by, [Product::Cloudflare, Product::Kong, Product::Varnish]);
}

#[test]
fn haproxy_is_told_by_the_missing_date_and_server() {
    let fields =
        [("cache-control", "no-cache"), ("connection", "close"), ("content-type", "text/html")];

    let reading = of_head(503, &fields, "<h1>Custom page</h1>");

    assert_eq!(writer(&reading), Some(Product::Haproxy));
    assert!(confidence(&reading) < 0.9);
}

#[test]
fn a_reason_phrase_names_apache() {
    let fields = [("content-type".to_owned(), "text/html".to_owned())];
    let page = Page {
        status: Some(502),
        reason: Some("Proxy Error"),
        fields: &fields,
        body: "<h1>Custom page</h1>",
    };

    assert_eq!(writer(&read(&page)), Some(Product::Apache));
}

#[test]
fn an_application_s_page_means_that_the_upstream_answered() {
    let reading = of_head(502, &[("server", "nginx")], "<h1>HTTP Status 502 – Bad Gateway</h1>");

    assert!(has(&reading, Sign::UpstreamAnsweredError));
    assert!(!has(&reading, Sign::GatewayMadeError));
}

#[test]
fn a_page_of_status_200_makes_no_error() {
    let reading = of_head(200, &[("server", "nginx")], "<p>no healthy upstream</p>");

    assert!(has(&reading, Sign::StatusOk));
    assert!(!has(&reading, Sign::ErrorPage));
}
