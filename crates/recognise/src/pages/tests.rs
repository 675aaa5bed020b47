use std::fmt::Write as _;
use std::path::Path;

use goodgate_evidence::{Product, Sign};
use proptest::prelude::*;

use super::fingerprint::When;
use super::{ITEMS, Mark, NAMES, Page, Reading, read, read_text, view};

fn of_body(body: &str) -> Reading {
    read(&Page { body, ..Page::default() })
}

fn of_head(status: u16, fields: &[(&str, &str)], body: &str) -> Reading {
    let fields: Vec<_> =
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    read(&Page { status: Some(status), reason: None, fields: &fields, body })
}

fn of_text(text: &str) -> Reading {
    read_text(text).expect("something page-like")
}

fn writer(reading: &Reading) -> Option<Product> {
    reading.written_by.as_ref().map(|maker| maker.product)
}

fn confidence(reading: &Reading) -> f64 {
    reading.written_by.as_ref().map_or(0.0, |maker| maker.confidence)
}

fn has(reading: &Reading, sign: Sign) -> bool {
    reading.signs.iter().any(|mark| mark.sign == sign)
}

fn mark(reading: &Reading, sign: Sign) -> &Mark {
    reading.signs.iter().find(|mark| mark.sign == sign).expect("the sign")
}

/// One test a row: the text, who wrote it, and the signs that it must and must not carry.
macro_rules! reads {
    ($($name:ident: $text:expr => $product:expr, [$($sign:ident),*] $(, not [$($no:ident),*])?;)+) => {
        $(#[test]
        fn $name() {
            let reading = of_text($text);

            assert_eq!(writer(&reading), $product, "{reading:#?}");
            $(assert!(has(&reading, Sign::$sign), "{} {reading:#?}", Sign::$sign);)*
            $($(assert!(!has(&reading, Sign::$no), "{} {reading:#?}", Sign::$no);)*)?
        })+
    };
}

const NGINX_502: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n\
    <center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n\
    </html>\r\n";

mod self_hosted {
    use super::*;

    reads! {
        nginx_502: NGINX_502 => Some(Product::Nginx), [Status502, NoTimeout, GatewayMadeError];
        nginx_504: "<html>\r\n<head><title>504 Gateway Time-out</title></head>\r\n<body>\r\n<center><h1>504 Gateway Time-out</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
            => Some(Product::Nginx), [Status504, TimeoutSomewhere], not [NoTimeout];
        nginx_as_copied: "502 Bad Gateway\n\nnginx/1.18.0 (Ubuntu)"
            => Some(Product::Nginx), [Status502, NoTimeout, ErrorPage];
        nginx_packaged_page: "<!DOCTYPE html><html><head><title>Error</title></head><body><h1>An error occurred.</h1><p>Sorry, the page you are looking for is currently unavailable.<br/>Please try again later.</p><p><em>Faithfully yours, nginx.</em></p></body></html>"
            => Some(Product::Nginx), [ErrorPage];
        nginx_got_http_on_tls_port: "<html>\r\n<head><title>400 The plain HTTP request was sent to HTTPS port</title></head>\r\n<body>\r\n<center><h1>400 Bad Request</h1></center>\r\n<center>The plain HTTP request was sent to HTTPS port</center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
            => Some(Product::Nginx), [PlainHttpToTlsPort];
        nginx_wants_a_client_certificate: "400 Bad Request\nNo required SSL certificate was sent\nnginx/1.24.0"
            => Some(Product::Nginx), [TlsClientCertAsked];
        nginx_got_a_large_cookie: "400 Bad Request\nRequest Header Or Cookie Too Large\nnginx"
            => Some(Product::Nginx), [ClientRequestInvalid];
        openresty: "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>openresty</center></body></html>"
            => Some(Product::Openresty), [NoTimeout];
        tengine_is_nginx: "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>tengine</center></body></html>"
            => Some(Product::Nginx), [Status502];
        ingress_default_backend: "default backend - 404" => Some(Product::IngressNginx), [RouteMissing];
        kong_502: "HTTP/1.1 502 Bad Gateway\nServer: kong/3.4.2\nContent-Type: application/json\n\n{\"message\":\"An invalid response was received from the upstream server\",\"request_id\":\"9f1c0d\"}"
            => Some(Product::Kong), [NoTimeout, GatewayMadeError];
        kong_504: "{\"message\":\"The upstream server is timing out\"}" => Some(Product::Kong), [TimeoutSomewhere];
        kong_503: "{\"message\":\"The upstream server is currently unavailable\"}" => Some(Product::Kong), [ErrorPage];
        kong_404: "{\"message\":\"no Route matched with those values\"}" => Some(Product::Kong), [RouteMissing];
        apisix: "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>openresty</center><p><em>Powered by <a href=\"https://apisix.apache.org/\">APISIX</a>.</em></p></body></html>"
            => Some(Product::Apisix), [Status502];
        apache_read_error: "HTTP/1.1 502 Proxy Error\r\nServer: Apache/2.4.57 (Debian)\r\n\r\n<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\">\n<html><head>\n<title>502 Proxy Error</title>\n</head><body>\n<h1>Proxy Error</h1>\n<p>The proxy server received an invalid\r\nresponse from an upstream server.<br />\r\nThe proxy server could not handle the request<p>Reason: <strong>Error reading from remote server</strong></p></p>\n</body></html>"
            => Some(Product::Apache), [EndedBeforeHead, ResponseInvalid, GatewayMadeError];
        apache_dns: "Proxy Error\nThe proxy server could not handle the request\nReason: DNS lookup failure for: app.internal\n\nApache/2.4.41 (Ubuntu) Server at example.com Port 443"
            => Some(Product::Apache), [DnsFailed];
        apache_tls: "<title>500 Proxy Error</title><h1>Proxy Error</h1>The proxy server could not handle the request<p>Reason: <strong>Error during SSL Handshake with remote server</strong></p>"
            => Some(Product::Apache), [TlsHandshakeFailed, GatewayMadeError];
        apache_status_line: "<title>502 Proxy Error</title>The proxy server could not handle the request<p>Reason: <strong>Corrupt status line returned by remote server: XTTP</strong>"
            => Some(Product::Apache), [StatusLineInvalid];
        apache_upgrade: "<title>502 Proxy Error</title>The proxy server could not handle the request<p>Reason: <strong>Unexpected Upgrade: foo (expecting n/a)</strong>"
            => Some(Product::Apache), [UnexpectedUpgrade];
        apache_503_is_no_maintenance: "Service Unavailable\nThe server is temporarily unable to service your\nrequest due to maintenance downtime or capacity\nproblems. Please try again later.\nError 503"
            => Some(Product::Apache), [ConnectFailed], not [MaintenancePage];
        apache_504: "<title>504 Gateway Timeout</title><h1>Gateway Timeout</h1><p>The gateway did not receive a timely response\nfrom the upstream server\nor application.</p>"
            => Some(Product::Apache), [HeadTimeout];
        apache_500: "<title>500 Internal Server Error</title><p>The server encountered an internal error or\nmisconfiguration and was unable to complete\nyour request.</p>"
            => Some(Product::Apache), [Status500];
        apache_got_http_on_tls_port: "400 Bad Request Your browser sent a request that this server could not understand. Reason: You're speaking plain HTTP to an SSL-enabled server port."
            => Some(Product::Apache), [PlainHttpToTlsPort];
        haproxy_502: "<html><body><h1>502 Bad Gateway</h1>\nThe server returned an invalid or incomplete response.\n</body></html>\n"
            => Some(Product::Haproxy), [EndedBeforeHead, ResponseInvalid, GatewayMadeError];
        haproxy_503: "<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>\n"
            => Some(Product::Haproxy), [ConnectFailed, Status503];
        haproxy_504: "504 Gateway Time-out\nThe server didn’t respond in time." => Some(Product::Haproxy), [HeadTimeout];
        haproxy_500: "<html><body><h1>500 Internal Server Error</h1>\nAn internal server error occurred.\n</body></html>\n"
            => Some(Product::Haproxy), [Status500];
        haproxy_408: "408 Request Time-out\nYour browser didn't send a complete request in time." => Some(Product::Haproxy), [ClientTimedOut];
        haproxy_400: "<html><body><h1>400 Bad request</h1>\nYour browser sent an invalid request.\n</body></html>\n"
            => Some(Product::Haproxy), [ClientRequestInvalid];
        openshift_route_without_pods: "Application is not available\nThe application is currently not serving requests at this endpoint. It may not have been started or is still starting."
            => Some(Product::Haproxy), [NoEndpoints];
        envoy_refused: "upstream connect error or disconnect/reset before headers. reset reason: connection failure, transport failure reason: delayed connect error: 111"
            => Some(Product::Envoy), [ConnectRefused], not [ConnectFailed];
        envoy_refused_on_retry: "upstream connect error or disconnect/reset before headers. retried and the latest reset reason: remote connection failure, transport failure reason: delayed connect error: Connection refused"
            => Some(Product::Envoy), [ConnectRefused];
        envoy_closed: "upstream connect error or disconnect/reset before headers. reset reason: connection termination"
            => Some(Product::Envoy), [EndedBeforeHead];
        envoy_protocol: "upstream connect error or disconnect/reset before headers. reset reason: protocol error"
            => Some(Product::Envoy), [ResponseInvalid];
        envoy_overflow: "upstream connect error or disconnect/reset before headers. reset reason: overflow"
            => Some(Product::Envoy), [ConcurrencyLimit];
        envoy_connect_timeout: "upstream connect error or disconnect/reset before headers. reset reason: connection timeout"
            => Some(Product::Envoy), [ConnectTimedOut];
        envoy_expired_certificate: "upstream connect error or disconnect/reset before headers. reset reason: remote connection failure, transport failure reason: TLS_error:|268435581:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:verify cert failed: certificate has expired:TLS_error_end"
            => Some(Product::Envoy), [TlsCertExpired], not [TlsCertInvalid];
        envoy_tls_to_plain_port: "upstream connect error or disconnect/reset before headers. reset reason: remote connection failure, transport failure reason: TLS_error:|268435703:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER:TLS_error_end"
            => Some(Product::Envoy), [TlsNotTls];
        envoy_no_healthy: "no healthy upstream" => Some(Product::Envoy), [NoLiveUpstream];
        envoy_timeout: "HTTP/1.1 504 Gateway Timeout\nserver: envoy\ncontent-type: text/plain\n\nupstream request timeout"
            => Some(Product::Envoy), [HeadTimeout, GatewayMadeError];
        linkerd_refused: "HTTP/1.1 502 Bad Gateway\nl5d-proxy-error: client error (Connect): Connection refused (os error 111)\nl5d-proxy-connection: close\ncontent-length: 0\n\n"
            => Some(Product::Linkerd), [ConnectRefused, GatewayMadeError];
        linkerd_fail_fast: "HTTP/2 504\nl5d-proxy-error: logical service 10.0.0.1:8000: service in fail-fast\n"
            => Some(Product::Linkerd), [NoLiveUpstream];
        traefik_502: "HTTP/1.1 502 Bad Gateway\nDate: Mon, 23 Nov 2026 03:00:00 GMT\nContent-Length: 11\nContent-Type: text/plain; charset=utf-8\n\nBad Gateway"
            => Some(Product::Traefik), [NoTimeout];
        traefik_504: "HTTP/1.1 504 Gateway Timeout\nContent-Length: 15\nContent-Type: text/plain; charset=utf-8\n\nGateway Timeout"
            => Some(Product::Traefik), [TimeoutSomewhere];
        traefik_no_server: "no available server\n" => Some(Product::Traefik), [NoLiveUpstream];
        caddy_502: "HTTP/1.1 502 Bad Gateway\nServer: Caddy\nDate: Mon, 23 Nov 2026 03:00:00 GMT\nContent-Length: 0\n\n"
            => Some(Product::Caddy), [GatewayMadeError, Status502];
        caddy_503: "HTTP/1.1 503 Service Unavailable\nServer: Caddy\nContent-Length: 0\n\n" => Some(Product::Caddy), [NoLiveUpstream];
        go_502: "HTTP/1.1 502 Bad Gateway\nDate: Mon, 23 Nov 2026 03:00:00 GMT\nContent-Length: 0\n\n"
            => Some(Product::GoProxy), [Status502], not [GatewayMadeError];
        pingora_502: "HTTP/1.1 502 Bad Gateway\nDate: Mon, 23 Nov 2026 03:00:00 GMT\nContent-Length: 0\nCache-Control: private, no-store\n\n"
            => Some(Product::Pingora), [Status502];
        varnish_503: "HTTP/1.1 503 Backend fetch failed\nServer: Varnish\nX-Varnish: 32770\nVia: 1.1 varnish (Varnish/7.1)\nRetry-After: 5\nAge: 0\n\n<title>503 Backend fetch failed</title><h1>Error 503 Backend fetch failed</h1><p>Backend fetch failed</p><h3>Guru Meditation:</h3><p>XID: 32771</p><hr><p>Varnish cache server</p>"
            => Some(Product::Varnish), [GatewayMadeError, RetryAfter], not [CachedError];
        squid_refused: "HTTP/1.1 503 Service Unavailable\nServer: squid/5.7\nMime-Version: 1.0\nX-Squid-Error: ERR_CONNECT_FAIL 111\nVia: 1.1 proxy (squid/5.7)\n\n<title>ERROR: The requested URL could not be retrieved</title><p>Connection to <em>10.0.0.1</em> failed.</p>"
            => Some(Product::Squid), [ConnectRefused], not [ConnectFailed];
        squid_as_copied: "ERROR\nThe requested URL could not be retrieved\nConnection to 10.0.0.1 failed.\nThe system returned: (110) Connection timed out\nGenerated Mon, 23 Nov 2026 by proxy (squid/5.7)"
            => Some(Product::Squid), [ConnectTimedOut];
        squid_zero_sized_reply: "HTTP/1.1 502 Bad Gateway\nX-Squid-Error: ERR_ZERO_SIZE_OBJECT 0\n\n" => Some(Product::Squid), [ClosedBeforeHead];
        squid_read_timeout: "HTTP/1.1 504 Gateway Timeout\nX-Squid-Error: ERR_READ_TIMEOUT 0\n\n" => Some(Product::Squid), [HeadTimeout];
        squid_dns: "ERROR: The requested URL could not be retrieved. Unable to determine IP address from host name app.internal"
            => Some(Product::Squid), [DnsFailed];
        ats_connect: "HTTP/1.1 502 Next Hop Connection Failed\nServer: ATS/9.1.4\n\n<HTML><HEAD><TITLE>Could Not Connect</TITLE></HEAD><BODY><H1>Could Not Connect</H1><HR><FONT FACE=\"Helvetica,Arial\"><B>\nDescription: Could not connect to the requested server host.\n</B></FONT></BODY>"
            => Some(Product::Ats), [ConnectFailed];
        ats_hangup: "<TITLE>Server Connection Closed</TITLE><FONT FACE=\"Helvetica,Arial\"><B>\nDescription: The server \"<EM>app</EM>\" closed the connection before\nthe transaction was completed.\n</B></FONT>"
            => Some(Product::Ats), [EndedBeforeHead];
        lighttpd_503: "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>\n<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\" \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\">\n<html><head><title>503 Service Unavailable</title></head><body><h1>503 Service Unavailable</h1></body></html>"
            => Some(Product::Lighttpd), [ConnectFailed];
        iis_arr: "<title>502 - Web server received an invalid response while acting as a gateway or proxy server.</title><h1>Server Error</h1>"
            => Some(Product::Iis), [Status502];
        iis_winhttp_timeout: "HTTP Error 502.3 - Bad Gateway\nThere was a connection error while trying to route the request.\nError Code 0x80072ee2"
            => Some(Product::Iis), [TimeoutSomewhere, Status502];
        iis_ancm: "HTTP Error 502.5 - ANCM Out-Of-Process Startup Failure" => Some(Product::Iis), [BootFailed];
        iis_pool_stopped: "Service Unavailable\nHTTP Error 503. The service is unavailable." => Some(Product::Iis), [Status503];
        tomcat: "<h1>HTTP Status 502 – Bad Gateway</h1>" => Some(Product::Tomcat), [UpstreamAnsweredError], not [GatewayMadeError];
        jetty: "HTTP ERROR 503 Service Unavailable\nPowered by Jetty:// 9.4.53" => Some(Product::Jetty), [UpstreamAnsweredError];
        spring_html: "Whitelabel Error Page\nThis application has no explicit mapping for /error" => Some(Product::Spring), [UpstreamAnsweredError];
        spring_json: "{\"timestamp\":\"2026-11-23T03:00:00.000+00:00\",\"status\":503,\"error\":\"Service Unavailable\",\"path\":\"/api\"}"
            => Some(Product::Spring), [Status503, UpstreamAnsweredError];
        node_proxy: "Error occurred while trying to proxy: localhost:3000/api" => Some(Product::NodeProxy), [ErrorPage];
        node_hang_up: "Error: socket hang up" => Some(Product::NodeProxy), [EndedBeforeHead];
        django: "<h1>Server Error (500)</h1>" => Some(Product::Python), [Status500];
        passenger: "We're sorry, but something went wrong.\nThe issue has been logged for investigation.\nError ID: 23054db0\nWeb application could not be started by the Phusion Passenger(R) application server."
            => Some(Product::Passenger), [BootFailed];
        rails: "We're sorry, but something went wrong.\nIf you are the application owner check the logs for more information."
            => Some(Product::Rails), [UpstreamAnsweredError];
        puma: "An unhandled lowlevel error occurred. The application logs may have details." => Some(Product::Puma), [UpstreamAnsweredError];
        laravel: "<div class=\"px-4 text-lg text-gray-500 border-r border-gray-400 tracking-wider\">500</div><div class=\"ml-4 text-lg text-gray-500 uppercase tracking-wider\">Server Error</div>"
            => Some(Product::Php), [UpstreamAnsweredError];
        wordpress_critical: "There has been a critical error on this website. Please check your site admin email inbox for instructions."
            => Some(Product::Wordpress), [PhpFatal];
        wordpress_database: "<h1>Error establishing a database connection</h1>" => Some(Product::Wordpress), [DependencyFailed];
        wordpress_maintenance: "Briefly unavailable for scheduled maintenance. Check back in a minute." => Some(Product::Wordpress), [MaintenancePage];
    }
}

mod edges {
    use super::*;

    const CARD: &str = "Bad gateway Error code 502\nVisit cloudflare.com for more information.\n2026-11-23 03:00:00 UTC\n\
        You\nBrowser\nWorking\nFrankfurt\nCloudflare\nWorking\nexample.com\nHost\nError\nWhat happened?\n\
        The web server reported a bad gateway error.\nWhat can I do?\nPlease try again in a few minutes.\n\
        Cloudflare Ray ID: 8c1f0a2b3c4d5e6f • Your IP: Click to reveal • Performance & security by Cloudflare";

    reads! {
        cloudflare_plain_page: "HTTP/1.1 502 Bad Gateway\nserver: cloudflare\ncf-ray: 8c1f0a2b3c4d5e6f-FRA\n\n<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n"
            => Some(Product::Cloudflare), [GatewayMadeError], not [UpstreamAnsweredError];
        cloudflare_card: CARD => Some(Product::Cloudflare), [UpstreamAnsweredError], not [GatewayMadeError];
        cloudflare_card_source: "<title>example.com | 504: Gateway time-out</title><div id=\"cf-wrapper\"><div id=\"cf-error-details\"><h1><span>Gateway time-out</span> <span>Error code 504</span></h1></div></div>"
            => Some(Product::Cloudflare), [UpstreamAnsweredError, Status504];
        cloudflare_520: "<title>example.com | 520: Web server is returning an unknown error</title>" => Some(Product::Cloudflare), [EndedBeforeHead, ResponseInvalid];
        cloudflare_521: "Web server is down Error code 521\nVisit cloudflare.com for more information." => Some(Product::Cloudflare), [EdgeRefused, ConnectRefused, GatewayMadeError];
        cloudflare_522: "Error 522\nConnection timed out" => Some(Product::Cloudflare), [EdgeTimedOut, ConnectTimedOut];
        cloudflare_523: "Origin is unreachable Error code 523" => Some(Product::Cloudflare), [ConnectNoRoute];
        cloudflare_524: "error code: 524" => Some(Product::Cloudflare), [HeadTimeout];
        cloudflare_525: "HTTP/2 525\nserver: cloudflare\ncf-ray: 8c1f0a2b3c4d5e6f-FRA\n\n" => Some(Product::Cloudflare), [TlsHandshakeFailed];
        cloudflare_526: "Invalid SSL certificate Error code 526" => Some(Product::Cloudflare), [TlsCertInvalid];
        cloudflare_1016: "Error 1016 Ray ID: 8c1f0a2b3c4d5e6f\nOrigin DNS error" => Some(Product::Cloudflare), [DnsFailed];
        cloudflare_1033: "<h1><span class=\"cf-error-type\">Error</span> <span class=\"cf-error-code\">1033</span></h1><h2>Cloudflare Tunnel error</h2>"
            => Some(Product::Cloudflare), [TunnelDown];
        cloudflare_1000: "Error 1000\nDNS points to prohibited IP\nCloudflare Ray ID: 8c1f0a2b3c4d5e6f" => Some(Product::Cloudflare), [ConfigInvalid];
        cloudflare_1015: "<title>Access denied | www.example used Cloudflare to restrict access</title>\n<h1>Error 1015</h1> Ray ID: 8e5f1c2d3b4a5f63\n<h2>You are being rate limited</h2>"
            => Some(Product::Cloudflare), [RateLimited];
        cloudflare_1101: "Error 1101 Ray ID: 8e5f1c2d3b4a5f63\nWorker threw exception" => Some(Product::Cloudflare), [FunctionFailed];
        cloudflare_for_programs_says_not_who: "error code: 502" => Some(Product::Cloudflare), [Status502], not [UpstreamAnsweredError];
        cloudfront_connect: "HTTP/1.1 502 Bad Gateway\nServer: CloudFront\nX-Cache: Error from cloudfront\nVia: 1.1 a.cloudfront.net (CloudFront)\nX-Amz-Cf-Id: zfkGKh==\n\n<TITLE>ERROR: The request could not be satisfied</TITLE><H1>502 ERROR</H1><H2>The request could not be satisfied.</H2>CloudFront wasn't able to connect to the origin.<PRE>Generated by cloudfront (CloudFront)\nRequest ID: zfkGKh==</PRE>"
            => Some(Product::Cloudfront), [ConnectFailed, GatewayMadeError];
        cloudfront_dns: "502 ERROR\nThe request could not be satisfied.\nCloudFront wasn't able to resolve the origin domain name." => Some(Product::Cloudfront), [DnsFailed];
        cloudfront_closed: "502 ERROR The request could not be satisfied. The origin closed the connection. Generated by cloudfront" => Some(Product::Cloudfront), [EndedBeforeHead];
        cloudfront_either: "504 ERROR The request could not be satisfied. CloudFront attempted to establish a connection with the origin, but either the attempt failed or the origin closed the connection."
            => Some(Product::Cloudfront), [ConnectFailed, EndedBeforeHead];
        elb_502: "HTTP/1.1 502 Bad Gateway\nServer: awselb/2.0\n\n<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"
            => Some(Product::AwsElb), [GatewayMadeError], not [NoTimeout];
        elb_503: "<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n<body>\r\n<center><h1>503 Service Temporarily Unavailable</h1></center>\r\n</body>\r\n</html>\r\n"
            => Some(Product::AwsElb), [NoEndpoints];
        elb_504: "<html>\r\n<head><title>504 Gateway Time-out</title></head>\r\n<body>\r\n<center><h1>504 Gateway Time-out</h1></center>\r\n</body>\r\n</html>\r\n"
            => Some(Product::AwsElb), [TimeoutSomewhere];
        api_gateway_timeout: "HTTP/1.1 504 Gateway Timeout\nx-amzn-RequestId: 1\nx-amz-apigw-id: 2\n\n{\"message\": \"Endpoint request timed out\"}"
            => Some(Product::AwsApiGateway), [HeadTimeout];
        api_gateway_malformed_function: "HTTP/1.1 502 Bad Gateway\nx-amzn-ErrorType: InternalServerErrorException\nx-amz-apigw-id: 2\n\n{\"message\": \"Internal server error\"}"
            => Some(Product::AwsApiGateway), [FunctionFailed];
        api_gateway_network: "{\"message\":\"Network error communicating with endpoint\"}" => Some(Product::AwsApiGateway), [ConnectFailed, EndedBeforeHead];
        gcp: "HTTP/2 502\nvia: 1.1 google\n\n<html><head>\n<title>502 Server Error</title>\n</head>\n<body text=#000000 bgcolor=#ffffff>\n<h1>Error: Server Error</h1>\n<h2>The server encountered a temporary error and could not complete your request.<p>Please try again in 30 seconds.</h2>\n<h2></h2>\n</body></html>"
            => Some(Product::GcpLb), [GatewayMadeError];
        google_front_end: "<title>Error 502 (Server Error)!!1</title><p><b>502.</b> <ins>That’s an error.</ins><p>The server encountered a temporary error and could not complete your request.<p>Please try again in 30 seconds. <ins>That’s all we know.</ins>"
            => Some(Product::GoogleFrontEnd), [Status502];
        gmail: "Temporary Error (502)\nWe're sorry, but your account is temporarily unavailable." => Some(Product::GoogleFrontEnd), [Status502];
        azure_application_gateway: "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>Microsoft-Azure-Application-Gateway/v2</center>\r\n</body>\r\n</html>\r\n"
            => Some(Product::AzureAppGateway), [NoTimeout];
        azure_front_door: "Our services aren't available right now\nWe're working to restore all services as soon as possible. Please check back soon." => Some(Product::AzureFrontDoor), [ErrorPage];
        azure_app_service: ":( Application Error\nIf you are the application administrator, you can access the diagnostic resources." => Some(Product::AzureAppService), [PlatformNoInstance];
        fastly_first_byte: "<title>503 first byte timeout</title><h1>Error 503 first byte timeout</h1><p>first byte timeout</p><h3>Error 54113</h3><p>Details: cache-dub4332-DUB 1762300851 2174292692</p><hr><p>Varnish cache server</p>"
            => Some(Product::Fastly), [HeadTimeout];
        fastly_read_error: "HTTP/1.1 503 backend read error\nX-Served-By: cache-fra-1\nVia: 1.1 varnish\nX-Timer: S1\n\n" => Some(Product::Fastly), [EndedBeforeHead];
        fastly_domain: "Fastly error: unknown domain: example.com. Please check that this domain has been added to a service." => Some(Product::Fastly), [RouteMissing];
        akamai: "<HTML><HEAD><TITLE>Error</TITLE></HEAD><BODY>An error occurred while processing your request.<p>Reference&#32;&#35;97&#46;4fa1c117&#46;1762&#46;1e5\n<P>https&#58;&#47;&#47;errors&#46;edgesuite&#46;net&#47;97&#46;4fa1c117</P></BODY></HTML>"
            => Some(Product::Akamai), [ErrorPage];
        imperva: "Request unsuccessful. Incapsula incident ID: 123-456" => Some(Product::Imperva), [ErrorPage];
        sucuri: "Sucuri WebSite Firewall - Access Denied" => Some(Product::Sucuri), [ErrorPage];
        heroku: "<title>Application Error</title><iframe src=\"//www.herokucdn.com/error-pages/application-error.html\"></iframe>" => Some(Product::Heroku), [ErrorPage];
        heroku_no_app: "<iframe src=\"//www.herokucdn.com/error-pages/no-such-app.html\"></iframe>" => Some(Product::Heroku), [RouteMissing, PlatformNoInstance];
        heroku_maintenance: "<iframe src=\"//www.herokucdn.com/error-pages/maintenance-mode.html\"></iframe>" => Some(Product::Heroku), [MaintenancePage];
        vercel_header: "HTTP/2 502\nserver: Vercel\nx-vercel-error: ROUTER_EXTERNAL_TARGET_CONNECTION_ERROR\nx-vercel-id: fra1::abc\n\n" => Some(Product::Vercel), [ConnectFailed];
        vercel_handshake: "HTTP/2 502\nx-vercel-error: ROUTER_EXTERNAL_TARGET_HANDSHAKE_ERROR\n\n" => Some(Product::Vercel), [TlsHandshakeFailed];
        vercel_page: "An error occurred with your deployment\n\nFUNCTION_INVOCATION_TIMEOUT\n\ncdg1::abc" => Some(Product::Vercel), [FunctionFailed, HeadTimeout];
        netlify: "error decoding lambda response: unexpected end of JSON input" => Some(Product::Netlify), [FunctionFailed];
        render: "HTTP/2 503\nrndr-id: 251835f2-2a4d-4591\nx-render-routing: hibernate-wake-error\nserver: cloudflare\n\n" => Some(Product::Render), [PlatformNoInstance];
        render_page: "Bad Gateway\nThis service is currently unavailable. Please try again in a few minutes.\nRequest ID: 8c1f0a2b3c4d5e6f-FRA" => Some(Product::Render), [Status502];
        railway: "{\"status\":\"error\",\"code\":502,\"message\":\"Application failed to respond\",\"request_id\":\"Xy12\"}" => Some(Product::Railway), [Status502, PlatformNoInstance];
        ngrok_offline: "The endpoint abc.ngrok-free.app is offline.\nERR_NGROK_3200" => Some(Product::Ngrok), [TunnelDown];
        ngrok_local: "HTTP/1.1 502 Bad Gateway\nNgrok-Error-Code: ERR_NGROK_8012\n\n" => Some(Product::Ngrok), [TunnelOriginFailed];
        github: "Unicorn! · GitHub\nThis page is taking too long to load." => Some(Product::Github), [ErrorPage];
        twitter: "Twitter is over capacity." => Some(Product::Twitter), [Status503];
    }

    #[test]
    fn a_request_id_in_the_text_is_kept() {
        let reading = of_text(CARD);

        assert_eq!(reading.request_ids, [("cf-ray".to_owned(), "8c1f0a2b3c4d5e6f".to_owned())]);
    }

    #[test]
    fn a_varnish_id_is_kept() {
        let reading = of_text("503 Backend fetch failed\nGuru Meditation:\nXID: 32771");

        assert_eq!(reading.request_ids, [("xid".to_owned(), "32771".to_owned())]);
    }

    #[test]
    fn an_encoded_reference_is_decoded() {
        let reading = of_body("Reference&#32;&#35;97&#46;4fa1c117&#46;1762");

        assert_eq!(reading.request_ids, [("reference".to_owned(), "97.4fa1c117.1762".to_owned())]);
    }
}

mod chains {
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
        let reading =
            of_head(502, &[("server", "Caddy"), ("content-type", "text/html")], "<h1>x</h1>");

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
        let fields =
            [("via", "1.1 varnish (Varnish/7.1)"), ("cf-ray", "1-FRA"), ("via", "kong/3.4")];

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
        let reading =
            of_head(502, &[("server", "nginx")], "<h1>HTTP Status 502 – Bad Gateway</h1>");

        assert!(has(&reading, Sign::UpstreamAnsweredError));
        assert!(!has(&reading, Sign::GatewayMadeError));
    }

    #[test]
    fn a_page_of_status_200_makes_no_error() {
        let reading = of_head(200, &[("server", "nginx")], "<p>no healthy upstream</p>");

        assert!(has(&reading, Sign::StatusOk));
        assert!(!has(&reading, Sign::ErrorPage));
    }
}

mod general_fields {
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
        let value =
            "\"a;b, c\"; error=connection_refused; details=\"x, y\", edge; received-status=502";

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
}

mod visitors {
    use super::*;

    const SITE: &str = "This site can’t be reached\nexample.com ";

    fn browser(words: &str) -> Reading {
        of_text(&format!("{SITE}{words}"))
    }

    #[test]
    fn chromium_codes_give_the_visitor_s_signs() {
        let codes = [
            ("ERR_CONNECTION_REFUSED", Sign::ClientRefused),
            ("ERR_CONNECTION_TIMED_OUT", Sign::ClientConnectTimedOut),
            ("ERR_CONNECTION_RESET", Sign::ClientGotNothing),
            ("ERR_CONNECTION_CLOSED", Sign::ClientGotNothing),
            ("ERR_EMPTY_RESPONSE", Sign::ClientGotNothing),
            ("ERR_NAME_NOT_RESOLVED", Sign::ClientDnsFailed),
            ("DNS_PROBE_FINISHED_NXDOMAIN", Sign::ClientDnsFailed),
            ("DNS_PROBE_FINISHED_NO_INTERNET", Sign::ClientOffline),
            ("ERR_INTERNET_DISCONNECTED", Sign::ClientOffline),
            ("ERR_PROXY_CONNECTION_FAILED", Sign::ClientProxyFailed),
            ("ERR_TUNNEL_CONNECTION_FAILED", Sign::ClientProxyFailed),
            ("NET::ERR_CERT_DATE_INVALID", Sign::ClientTlsFailed),
            ("NET::ERR_CERT_AUTHORITY_INVALID", Sign::ClientTlsFailed),
            ("ERR_SSL_PROTOCOL_ERROR", Sign::ClientTlsFailed),
            ("ERR_SSL_VERSION_OR_CIPHER_MISMATCH", Sign::ClientTlsFailed),
            ("ERR_CONTENT_DECODING_FAILED", Sign::ContentCodingInvalid),
            ("net::ERR_CONTENT_LENGTH_MISMATCH", Sign::BodyTruncated),
            ("net::ERR_INCOMPLETE_CHUNKED_ENCODING", Sign::BodyTruncated),
            ("net::ERR_HTTP2_PROTOCOL_ERROR", Sign::Http2StreamReset),
            ("net::ERR_BLOCKED_BY_CLIENT", Sign::ExtensionBlocked),
            ("ERR_INVALID_RESPONSE", Sign::ResponseInvalid),
            ("ERR_TOO_MANY_REDIRECTS", Sign::RedirectCycle),
        ];
        for (code, sign) in codes {
            let reading = of_text(code);

            assert_eq!(writer(&reading), Some(Product::Browser), "{code}");
            assert!(has(&reading, sign), "{code}: {reading:#?}");
            assert_eq!(mark(&reading, sign).detail, [("hop", "visitor".to_owned())]);
        }
    }

    #[test]
    fn other_browsers_words_give_the_visitor_s_signs() {
        let words = [
            (
                "Unable to connect\nFirefox can’t establish a connection to the server at example.com.",
                Sign::ClientRefused,
            ),
            (
                "Hmm. We’re having trouble finding that site.\nWe can’t connect to the server at example.com.",
                Sign::ClientDnsFailed,
            ),
            (
                "Secure Connection Failed\nError code: PR_CONNECT_RESET_ERROR",
                Sign::ClientGotNothing,
            ),
            (
                "Secure Connection Failed\nError code: SSL_ERROR_RX_RECORD_TOO_LONG",
                Sign::ClientTlsFailed,
            ),
            (
                "The connection was reset\nThe connection to the server was reset while the page was loading.",
                Sign::ClientGotNothing,
            ),
            (
                "The connection has timed out\nThe server at example.com is taking too long to respond.",
                Sign::ClientConnectTimedOut,
            ),
            (
                "Warning: Potential Security Risk Ahead\nSEC_ERROR_EXPIRED_CERTIFICATE",
                Sign::ClientTlsFailed,
            ),
            (
                "Safari Can’t Open the Page\nSafari can’t open the page “example.com” because Safari can’t connect to the server “example.com”.",
                Sign::ClientRefused,
            ),
            (
                "Safari can’t open the page because the server where this page is located isn’t responding.",
                Sign::ClientConnectTimedOut,
            ),
            (
                "Safari can’t open the page because Safari can’t find the server “example.com”.",
                Sign::ClientDnsFailed,
            ),
            (
                "Safari can’t open the page because the server unexpectedly dropped the connection.",
                Sign::ClientGotNothing,
            ),
            ("You Are Not Connected to the Internet", Sign::ClientOffline),
        ];
        for (text, sign) in words {
            let reading = of_text(text);

            assert_eq!(writer(&reading), Some(Product::Browser), "{text}");
            assert!(has(&reading, sign), "{text}: {reading:#?}");
        }
    }

    #[test]
    fn a_sentence_counts_below_its_heading() {
        assert!(has(&browser("refused to connect."), Sign::ClientRefused));
        assert!(has(&browser("took too long to respond."), Sign::ClientConnectTimedOut));
    }

    #[test]
    fn the_same_sentence_alone_is_nobody_s() {
        assert_eq!(read_text("the app took too long to respond."), None);
    }

    #[test]
    fn an_empty_error_keeps_its_status() {
        let reading = of_text(
            "This page isn’t working\nexample.com is currently unable to handle this request.\nHTTP ERROR 502",
        );

        assert_eq!(writer(&reading), Some(Product::Browser));
        assert_eq!(reading.status, Some(502));
        assert!(!has(&reading, Sign::ErrorPage));
    }

    #[test]
    fn a_browser_says_nothing_about_the_upstream() {
        let reading = of_text("ERR_CONNECTION_REFUSED");

        assert!(!has(&reading, Sign::ConnectRefused));
    }

    #[test]
    fn curl_speaks_of_the_upstream() {
        let errors = [
            ("curl: (5) Could not resolve proxy: proxy", Sign::ClientProxyFailed),
            ("curl: (6) Could not resolve host: app.internal", Sign::DnsFailed),
            (
                "curl: (7) Failed to connect to 10.0.0.1 port 8080: Connection refused",
                Sign::ConnectRefused,
            ),
            (
                "curl: (7) Failed to connect to 10.0.0.1 port 8080: No route to host",
                Sign::ConnectNoRoute,
            ),
            (
                "curl: (7) Failed to connect to app port 80 after 1 ms: Couldn't connect to server",
                Sign::ConnectFailed,
            ),
            ("curl: (18) transfer closed with 900 bytes remaining to read", Sign::BodyTruncated),
            (
                "curl: (28) Failed to connect to app port 80 after 130000 ms: Connection timed out",
                Sign::ConnectTimedOut,
            ),
            (
                "curl: (28) Operation timed out after 5001 milliseconds with 0 bytes received",
                Sign::HeadTimeout,
            ),
            (
                "curl: (28) Operation timed out after 5001 milliseconds with 17 out of 900 bytes received",
                Sign::BodyStalled,
            ),
            ("curl: (28) Resolving timed out after 5000 milliseconds", Sign::DnsTimeout),
            ("curl: (35) error:0A00010B:SSL routines::wrong version number", Sign::TlsNotTls),
            (
                "curl: (35) OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to app:443",
                Sign::TlsPeerClosed,
            ),
            (
                "curl: (35) error:0A000410:SSL routines::sslv3 alert handshake failure",
                Sign::TlsAlertHandshakeFailure,
            ),
            ("curl: (52) Empty reply from server", Sign::ClosedBeforeHead),
            ("curl: (56) Recv failure: Connection reset by peer", Sign::ResetBeforeHead),
            ("curl: (60) SSL certificate problem: certificate has expired", Sign::TlsCertExpired),
            ("curl: (60) SSL certificate problem: self-signed certificate", Sign::TlsCertUntrusted),
            (
                "curl: (60) SSL: no alternative certificate subject name matches target host name 'app'",
                Sign::TlsCertNameMismatch,
            ),
            (
                "curl: (92) HTTP/2 stream 1 was not closed cleanly: INTERNAL_ERROR (err 2)",
                Sign::Http2StreamReset,
            ),
        ];
        for (text, sign) in errors {
            let reading = of_text(text);

            assert_eq!(writer(&reading), Some(Product::Curl), "{text}");
            assert!(has(&reading, sign), "{text}: {reading:#?}");
            assert!(mark(&reading, sign).detail.contains(&("tool", "curl".to_owned())));
        }
    }

    #[test]
    fn each_error_of_curl_is_read_with_its_own_words() {
        let reading = of_text(
            "curl: (52) Empty reply from server\ncurl: (7) Failed to connect to a port 1: Connection refused",
        );

        assert!(has(&reading, Sign::ClosedBeforeHead));
        assert!(has(&reading, Sign::ConnectRefused));
        assert_eq!(
            mark(&reading, Sign::ClosedBeforeHead).quote,
            "curl: (52) Empty reply from server"
        );
    }

    #[test]
    fn a_portal_is_in_the_visitor_s_network() {
        let reading = of_text(
            "HTTP/1.1 511 Network Authentication Required\nContent-Type: text/html\n\n<h1>Welcome</h1>",
        );

        assert_eq!(writer(&reading), Some(Product::CaptivePortal));
        assert!(has(&reading, Sign::ClientProxyFailed));
    }

    #[test]
    fn a_company_proxy_is_in_the_visitor_s_network() {
        let reading = of_text(
            "Network Error (tcp_error)\n\nA communication error occurred: \"Operation timed out\"",
        );

        assert!(has(&reading, Sign::ClientProxyFailed));
    }
}

mod wordings {
    use super::*;

    #[test]
    fn every_way_to_say_502_gives_the_status() {
        let wordings = [
            "502 Bad Gateway",
            "502 Service Temporarily Overloaded error",
            "Error 502",
            "Temporary Error (502)",
            "502 Proxy Error",
            "502 Server Error: The server encountered a temporary error and could not complete your request",
            "HTTP 502",
            "502. That’s an error",
            "502. That's an error",
            "Bad Gateway: The proxy server received an invalid response from an upstream server",
            "HTTP Error 502 - Bad Gateway",
            "502 Bad Gateway Error",
            "Bad Gateway",
            "Proxy Error",
            "Fehler 502",
            "Erreur 502",
            "502 Mauvaise passerelle",
            "Error 502: puerta de enlace incorrecta",
            "Erro 502",
            "Errore 502",
            "Fout 502",
            "Błąd 502",
            "Ошибка 502: плохой шлюз",
            "502エラー",
            "不正なゲートウェイ",
            "502 错误网关",
        ];
        for wording in wordings {
            let reading = read_text(wording);

            assert_eq!(reading.and_then(|reading| reading.status), Some(502), "{wording}");
        }
    }

    #[test]
    fn hints_name_their_product() {
        let hints = [
            ("502 Proxy Error", Product::Apache),
            ("502. That’s an error", Product::GoogleFrontEnd),
            (
                "502 Server Error: The server encountered a temporary error and could not complete your request",
                Product::GcpLb,
            ),
            ("Temporary Error (502)", Product::GoogleFrontEnd),
            (
                "502 - Web server received an invalid response while acting as a gateway or proxy server.",
                Product::Iis,
            ),
            ("Over capacity", Product::Twitter),
        ];
        for (wording, product) in hints {
            assert_eq!(writer(&of_text(wording)), Some(product), "{wording}");
        }
    }

    #[test]
    fn a_bare_bad_gateway_names_nobody() {
        assert_eq!(writer(&of_text("502 Bad Gateway")), None);
    }

    #[test]
    fn numbers_that_are_no_status_stay_numbers() {
        for text in
            ["listening on port 502", "took 502 ms", "line 502: syntax", "id 15021", "a_502_b"]
        {
            assert_eq!(read_text(text), None, "{text}");
        }
    }

    #[test]
    fn a_given_status_outranks_the_text() {
        assert_eq!(of_head(503, &[], "Error 502").status, Some(503));
    }

    #[test]
    fn a_maintenance_page_is_one() {
        assert!(has(
            &of_head(503, &[], "<h1>We are down for maintenance</h1>"),
            Sign::MaintenancePage
        ));
    }
}

mod bytes {
    use super::*;

    #[test]
    fn other_protocols_are_named() {
        let greetings = [
            ("SSH-2.0-OpenSSH_9.2p1 Debian-2", "ssh"),
            ("-ERR wrong number of arguments for 'get' command", "redis"),
            ("-DENIED Redis is running in protected mode", "redis"),
            ("220 mail.example.com ESMTP Postfix", "smtp"),
            ("220 ProFTPD Server ready.", "ftp"),
            ("J\0\0\0\n8.0.36\0", "mysql"),
        ];
        for (greeting, protocol) in greetings {
            let reading = of_text(greeting);

            let found = mark(&reading, Sign::ForeignBanner);
            assert_eq!(found.detail, [("protocol", protocol.to_owned())], "{greeting:?}");
        }
    }

    #[test]
    fn a_tls_alert_is_seen() {
        assert!(has(&of_text("\u{15}\u{3}\u{1}\0\u{2}\u{2}P"), Sign::TlsBytesInsteadOfHttp));
    }

    #[test]
    fn http2_settings_are_seen() {
        let frame = "\0\0\u{12}\u{4}\0\0\0\0\0\0\u{3}\0\0\0d";

        assert!(has(&of_text(frame), Sign::Http2Frames));
    }

    #[test]
    fn a_banner_inside_a_200_is_seen() {
        assert!(has(&of_head(200, &[], "SSH-2.0-OpenSSH_9.2"), Sign::ForeignBanner));
    }

    #[test]
    fn a_go_server_on_a_tls_port_is_seen() {
        let reading = of_head(400, &[], "Client sent an HTTP request to an HTTPS server.\n");

        assert!(has(&reading, Sign::PlainHttpToTlsPort));
    }
}

mod splitting {
    use super::*;

    #[test]
    fn verbose_curl_output_is_a_response() {
        let text = "*   Trying 10.0.0.1:80...\n* Connected to app\n> GET / HTTP/1.1\n> Host: app\n>\n< HTTP/1.1 502 Bad Gateway\n< Server: nginx/1.22.1\n< Content-Type: text/html\n<\n<html><center><h1>502 Bad Gateway</h1></center><hr><center>nginx/1.22.1</center></html>\n* Connection #0 to host app left intact\n";

        let reading = of_text(text);

        assert_eq!(reading.status, Some(502));
        assert_eq!(writer(&reading), Some(Product::Nginx));
    }

    #[test]
    fn the_last_head_of_a_chain_counts() {
        let text = "HTTP/1.1 301 Moved Permanently\nServer: nginx\nLocation: /x\n\nHTTP/2 502\nserver: awselb/2.0\ncontent-length: 122\n\n";

        let reading = of_text(text);

        assert_eq!(reading.status, Some(502));
        assert_eq!(writer(&reading), Some(Product::AwsElb));
    }

    #[test]
    fn a_few_header_lines_are_enough() {
        let reading =
            of_text("I get this:\n  cf-ray: 8c1f0a2b3c4d5e6f-FRA\n  server: cloudflare\n");

        assert_eq!(reading.forwarded_by, [Product::Cloudflare]);
        assert_eq!(reading.request_ids, [("cf-ray".to_owned(), "8c1f0a2b3c4d5e6f-FRA".to_owned())]);
    }

    #[test]
    fn developer_tools_show_the_status() {
        assert_eq!(of_text("Status Code: 502 Bad Gateway").status, Some(502));
        assert_eq!(of_text(":status: 504\nserver: envoy").status, Some(504));
    }

    #[test]
    fn fields_without_an_empty_line_before_the_page_are_read() {
        let text = format!("HTTP/1.1 502 Bad Gateway\nServer: cloudflare\n{NGINX_502}");

        let reading = of_text(&text);

        assert_eq!(writer(&reading), Some(Product::Nginx));
        assert_eq!(reading.forwarded_by, [Product::Cloudflare]);
    }

    #[test]
    fn lines_of_logs_are_no_page() {
        for text in [
            "[proxy:error] [pid 7] AH00898: DNS lookup failure for: app returned by /x",
            "[proxy:error] [pid 7] AH00898: Error reading from remote server returned by /x",
            "Error: write EPROTO code: 'ERR_SSL_WRONG_VERSION_NUMBER'",
            "connect() failed (111: Connection refused) while connecting to upstream, request: \"GET / HTTP/1.1\"",
            "127.0.0.1 - - [23/Nov/2026:01:58:30 +0000] \"GET /f HTTP/1.1\" 502 157 \"-\" \"lab\"",
        ] {
            assert_eq!(read_text(text), None, "{text}");
        }
    }

    #[test]
    fn ordinary_text_is_no_page() {
        for text in ["", "hello", "please help: my site is slow", "note: buy milk\ntodo: sleep"] {
            assert_eq!(read_text(text), None, "{text}");
        }
    }

    #[test]
    fn the_host_of_a_failed_lookup_is_kept() {
        let reading = of_text(
            "The proxy server could not handle the request Reason: DNS lookup failure for: app.internal",
        );

        assert!(
            mark(&reading, Sign::DnsFailed).detail.contains(&("host", "app.internal".to_owned()))
        );
    }
}

mod hostile {
    use super::*;

    #[test]
    fn unclosed_tags_end_with_the_page() {
        for body in
            ["<script>", "<!--", "<a href=\"", "<style><b", "<", "&#", "&#x;", "&#99999999999;"]
        {
            let reading = of_body(body);

            assert_eq!(writer(&reading), None, "{body}");
        }
    }

    #[test]
    fn a_megabyte_of_brackets_is_read_in_time() {
        for piece in
            ["<", "<a", "&", "<!--", "<script", "502 ", "curl: (", "a:\n", "</script", "error "]
        {
            let body = piece.repeat(1_000_000 / piece.len());

            let reading = read_text(&body);

            assert!(reading.is_none_or(|reading| reading.signs.len() <= super::super::MARKS_MAX));
        }
    }

    #[test]
    fn references_are_decoded_once() {
        assert_eq!(writer(&of_body("502 Bad Gateway &#110;ginx")), Some(Product::Nginx));
        assert_eq!(writer(&of_body("502 Bad Gateway &amp;#110;ginx")), None);
    }

    #[test]
    fn deep_references_stay_text() {
        let body = format!("&{} 502 Bad Gateway", "amp;".repeat(50_000));

        assert_eq!(of_body(&body).status, Some(502));
    }

    #[test]
    fn what_lies_beyond_the_bound_is_not_read() {
        let mut body = " ".repeat(super::super::BODY_MAX);
        body.push_str(NGINX_502);

        assert_eq!(of_body(&body), Reading::default());
    }

    #[test]
    fn quotations_are_bounded() {
        let mut value = String::new();
        for n in 0..10_000 {
            write!(value, "{n} ").expect("memory");
        }

        let reading = of_head(502, &[("l5d-proxy-error", &value)], "");

        let because = reading.written_by.expect("a maker").because;
        assert!(because.iter().all(|words| words.chars().count() <= super::super::QUOTE_MAX));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".{0,400}") {
            let _ = read_text(&text);
        }

        #[test]
        fn no_page_of_pieces_panics(
            pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..40),
            status in prop::option::of(0u16..=999),
        ) {
            let body = pieces.concat();
            let _ = read_text(&body);
            let fields = [("proxy-status".to_owned(), body.clone()), ("via".to_owned(), body.clone())];
            let _ = read(&Page { status, reason: Some(&body), fields: &fields, body: &body });
        }
    }

    const PIECES: &[&str] = &[
        "<",
        ">",
        "</",
        "<!--",
        "-->",
        "<script>",
        "</script",
        "<hr><center>",
        "nginx",
        "&#",
        "&amp",
        ";",
        "502",
        " ",
        "\n",
        "\r\n",
        "HTTP/1.1 ",
        "HTTP/2 502",
        "server:",
        "Error ",
        "é",
        "ı",
        "İ",
        "’",
        "\u{feff}",
        "curl: (",
        ")",
        "curl: (7)",
        "reset reason: ",
        "upstream connect error or disconnect/reset before headers",
        "ray id:",
        "\"",
        "\\",
        ",",
        "=",
        "error=connection_refused",
        "\0",
        "\u{15}\u{3}",
        "status: ",
        "< ",
        "220 ",
        "bad gateway",
        "dns lookup failure for:",
    ];
}

mod registry {
    use super::*;

    fn words(when: &When, found: &mut Vec<&'static str>) {
        match when {
            When::Any(tests) | When::All(tests) => tests.iter().for_each(|test| words(test, found)),
            When::Not(test) => words(test, found),
            When::Has(name, value) | When::Starts(name, value) | When::Is(name, value) => {
                found.extend([*name, *value]);
            }
            When::Absent(text)
            | When::Reason(text)
            | When::Text(text)
            | When::Whole(text)
            | When::Source(text)
            | When::NginxPage(text) => found.push(text),
            When::Status(_) | When::Empty => {}
        }
    }

    #[test]
    fn the_families_are_sorted() {
        assert!(NAMES.is_sorted());
        assert_eq!(NAMES.len(), ITEMS.len());
    }

    #[test]
    fn every_file_is_listed() {
        let not_families = [
            "bytes",
            "fields",
            "fingerprint",
            "ids",
            "maker",
            "mod",
            "split",
            "status",
            "tests",
            "view",
        ];
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/pages");

        for entry in std::fs::read_dir(folder).expect("the folder") {
            let name = entry.expect("an entry").file_name().into_string().expect("a name");
            let stem = name.trim_end_matches(".rs");
            assert!(NAMES.contains(&stem) || not_families.contains(&stem), "{stem} is not listed");
        }
    }

    #[test]
    fn all_words_are_folded() {
        let mut found = Vec::new();
        for item in ITEMS {
            item.clues.iter().for_each(|clue| words(&clue.when, &mut found));
            item.rules.iter().for_each(|rule| words(rule.test(), &mut found));
        }

        for word in found {
            assert_eq!(view::fold(word), word);
            assert!(!word.contains(['’', '–', '“', '\n', '\t']) && !word.contains("  "), "{word}");
        }
    }
}
