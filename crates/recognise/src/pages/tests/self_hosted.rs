//! Pages of gateways that people run themselves.

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
        => Some(Product::Haproxy), [NoServerAvailable, Status503];
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
