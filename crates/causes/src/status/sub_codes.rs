//! Finer codes that ride on a status: IIS sub-status codes, Cloudflare's 1xxx page codes and
//! HAProxy's `-1`.

/// A code that is finer than the status it comes with.
#[derive(Clone, Copy, Debug)]
pub struct SubCode {
    /// The code as it is printed.
    pub code: &'static str,
    /// The statuses that it comes with; empty when it is not fixed or none is sent.
    pub statuses: &'static [u16],
    /// The product that prints it.
    pub whose: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it says.
    pub meaning: &'static str,
    /// Slugs of the causes that it points to.
    pub causes: &'static [&'static str],
    /// Where it is documented.
    pub reference: &'static str,
}

/// Every sub-code, by product.
pub const SUB_CODES: &[SubCode] = &[
    SubCode {
        code: "-1",
        statuses: &[],
        whose: "HAProxy",
        name: "no status",
        meaning: "The session ended before a status could be sent or logged, most often because \
                  the client left.",
        causes: &["client_aborted"],
        reference: "HAProxy access log, status_code field",
    },
    iis("500.0", 500, "Module or ISAPI error", "A module failed.", &["app_generated_error"]),
    iis(
        "500.11",
        500,
        "Application is shutting down",
        "The application pool is shutting down.",
        &["app_shutdown_inflight"],
    ),
    iis(
        "500.12",
        500,
        "Application is restarting",
        "The application pool is being restarted.",
        &["app_not_ready", "app_shutdown_inflight"],
    ),
    iis(
        "500.13",
        500,
        "Web server is too busy",
        "More requests are running than the server takes.",
        &["app_pool_exhausted", "gateway_connections_exhausted"],
    ),
    iis(
        "500.19",
        500,
        "Configuration data is invalid",
        "applicationHost.config or web.config is broken or cannot be read.",
        &["gateway_config_invalid"],
    ),
    ancm(
        "500.30",
        500,
        "ANCM In-Process Start Failure",
        "The ASP.NET Core application failed to start inside the worker process.",
    ),
    ancm(
        "500.31",
        500,
        "ANCM Failed to Find Native Dependencies",
        "The .NET runtime that the application needs is not installed.",
    ),
    ancm(
        "500.33",
        500,
        "ANCM Request Handler Load Failure",
        "The application does not reference the ASP.NET Core framework that the module needs.",
    ),
    ancm(
        "500.35",
        500,
        "ANCM Multiple In-Process Applications in same Process",
        "Two in-process applications share one application pool.",
    ),
    ancm(
        "500.37",
        500,
        "ANCM Failed to Start Within Startup Time Limit",
        "The application did not start within startupTimeLimit.",
    ),
    iis(
        "502.1",
        502,
        "CGI application timeout",
        "The CGI process ran longer than allowed.",
        &["app_worker_timeout", "response_timeout"],
    ),
    iis(
        "502.2",
        502,
        "Bad gateway: premature exit",
        "The CGI process ended without a complete set of headers. ARR from 3.0.1916 on uses it \
         for: mapping the request failed.",
        &["invalid_response_head", "app_worker_crash"],
    ),
    iis(
        "502.3",
        502,
        "Forwarder connection error (ARR)",
        "ARR could not connect to the server behind it or got no answer in time; the Win32 code \
         next to it (0x80072ee2 timeout, 0x80072efd cannot connect) says which.",
        &["connect_refused", "response_timeout", "connect_filtered", "closed_before_response"],
    ),
    iis(
        "502.4",
        502,
        "No server (ARR)",
        "Every server of the farm is unavailable.",
        &["no_live_upstream", "no_endpoints"],
    ),
    SubCode {
        code: "502.5",
        statuses: &[502],
        whose: "Microsoft IIS",
        name: "ANCM Out-Of-Process Startup Failure; WebSocket failure (ARR)",
        meaning: "From the ASP.NET Core Module: the process of the application did not start, \
                  crashed or does not listen. From ARR: a WebSocket failed.",
        causes: &["app_boot_failure", "app_worker_crash", "upgrade_failed"],
        reference: "Microsoft documentation, HTTP status codes in IIS; ASP.NET Core on IIS",
    },
    iis(
        "502.6",
        502,
        "Forwarded request failure (ARR)",
        "The request failed after it was forwarded.",
        &["closed_before_response", "reset_before_response"],
    ),
    iis(
        "502.7",
        502,
        "Execute request failure (ARR)",
        "ARR could not execute the request.",
        &["gateway_config_invalid"],
    ),
    iis(
        "503.0",
        503,
        "Application pool unavailable",
        "The application pool is stopped or disabled; rapid-fail protection stops one that crashes \
         again and again.",
        &["app_boot_failure", "app_worker_crash", "platform_no_instance"],
    ),
    iis(
        "503.2",
        503,
        "Concurrent request limit exceeded",
        "More requests are running than appConcurrentRequestLimit allows.",
        &["app_pool_exhausted", "upstream_concurrency_limit"],
    ),
    iis("503.3", 503, "ASP.NET queue full", "The request queue is full.", &["app_pool_exhausted"]),
    iis("503.4", 503, "FastCGI queue full", "The FastCGI queue is full.", &["app_pool_exhausted"]),
    cloudflare(
        "1000",
        &[],
        "DNS points to prohibited IP",
        "The DNS record of the origin points back to Cloudflare, or a proxy behind Cloudflare sends \
         the request there again.",
        &["proxy_loop", "gateway_config_invalid"],
    ),
    cloudflare(
        "1001",
        &[],
        "DNS resolution error",
        "Cloudflare cannot resolve the requested domain.",
        &["dns_nxdomain", "dns_server_failure"],
    ),
    cloudflare(
        "1002",
        &[],
        "DNS points to prohibited IP; restricted",
        "The record resolves to a Cloudflare, local or otherwise disallowed address.",
        &["gateway_config_invalid", "proxy_loop"],
    ),
    cloudflare(
        "1003",
        &[],
        "Direct IP access not allowed",
        "A client asked for a Cloudflare address instead of a host name.",
        &["client_request_invalid"],
    ),
    cloudflare(
        "1004",
        &[],
        "Host not configured to serve web traffic",
        "Cloudflare does not proxy the host, or a DNS change has not spread yet.",
        &["route_target_missing"],
    ),
    cloudflare(
        "1010",
        &[],
        "Banned by browser signature",
        "The owner's Browser Integrity Check refused the client.",
        &["rate_limited"],
    ),
    cloudflare(
        "1013",
        &[],
        "HTTP hostname and TLS SNI hostname mismatch",
        "The Host field and the server name of TLS differ.",
        &["tls_sni_missing", "client_request_invalid"],
    ),
    cloudflare(
        "1014",
        &[],
        "CNAME cross-user banned",
        "A CNAME points to a host in another Cloudflare account.",
        &["gateway_config_invalid"],
    ),
    cloudflare(
        "1015",
        &[429],
        "You are being rate limited",
        "The owner's rate limit was reached.",
        &["rate_limited"],
    ),
    cloudflare(
        "1016",
        &[530],
        "Origin DNS error",
        "Cloudflare cannot resolve the origin's address: the A record is missing, or the CNAME \
         target does not resolve.",
        &["dns_nxdomain"],
    ),
    cloudflare(
        "1018",
        &[409],
        "Could not find host",
        "The domain was activated recently or its settings are missing at the edge.",
        &["route_target_missing"],
    ),
    cloudflare("1019", &[], "Compute server error", "A Worker calls itself.", &["proxy_loop"]),
    cloudflare(
        "1020",
        &[403],
        "Access denied",
        "A firewall rule of the owner refused the request.",
        &["rate_limited"],
    ),
    cloudflare(
        "1023",
        &[409],
        "Could not find host",
        "The domain's settings are missing at the edge.",
        &["route_target_missing"],
    ),
    cloudflare(
        "1025",
        &[],
        "Please check back later",
        "The domain has reached the limits of its Workers plan.",
        &["rate_limited", "platform_no_instance"],
    ),
    cloudflare(
        "1033",
        &[530],
        "Cloudflare Tunnel error",
        "The host is served through a tunnel and no connector is running.",
        &["cdn_tunnel_down"],
    ),
    cloudflare(
        "1034",
        &[],
        "Edge IP restricted",
        "The record points to an address that Cloudflare's edge does not accept.",
        &["gateway_config_invalid"],
    ),
    cloudflare(
        "1101",
        &[],
        "Rendering error: Worker threw an exception",
        "A Worker ended with an unhandled JavaScript exception.",
        &["app_generated_error"],
    ),
    cloudflare(
        "1102",
        &[],
        "Rendering error: Worker exceeded resource limits",
        "A Worker used more CPU time than allowed.",
        &["app_worker_timeout"],
    ),
    cloudflare(
        "1200",
        &[],
        "Cache connection limit",
        "Too many requests wait at the edge for the origin.",
        &["app_pool_exhausted", "upstream_concurrency_limit"],
    ),
];

const fn iis(
    code: &'static str,
    status: u16,
    name: &'static str,
    meaning: &'static str,
    causes: &'static [&'static str],
) -> SubCode {
    SubCode {
        code,
        statuses: match status {
            500 => &[500],
            502 => &[502],
            _ => &[503],
        },
        whose: "Microsoft IIS",
        name,
        meaning,
        causes,
        reference: "Microsoft documentation, HTTP status codes in IIS",
    }
}

const fn ancm(
    code: &'static str,
    status: u16,
    name: &'static str,
    meaning: &'static str,
) -> SubCode {
    SubCode {
        whose: "ASP.NET Core Module on IIS",
        reference: "Microsoft documentation, troubleshoot ASP.NET Core on Azure App Service and IIS",
        ..iis(code, status, name, meaning, &["app_boot_failure"])
    }
}

const fn cloudflare(
    code: &'static str,
    statuses: &'static [u16],
    name: &'static str,
    meaning: &'static str,
    causes: &'static [&'static str],
) -> SubCode {
    SubCode {
        code,
        statuses,
        whose: "Cloudflare",
        name,
        meaning,
        causes,
        reference: "Cloudflare documentation, 1xxx errors",
    }
}

/// Returns the entry of a sub-code as it is printed, for example `502.3` or `1016`.
pub fn sub_code(code: &str) -> Option<&'static SubCode> {
    SUB_CODES.iter().find(|entry| entry.code == code)
}

/// Returns the sub-codes that come with a status.
pub fn sub_codes_of(status: u16) -> impl Iterator<Item = &'static SubCode> {
    SUB_CODES.iter().filter(move |entry| entry.statuses.contains(&status))
}
