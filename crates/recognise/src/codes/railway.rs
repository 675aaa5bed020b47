//! What Railway's edge prints when it answers in place of the application.

use super::table::table;

table! {
    Railway, "seen in public error pages";

    "Application failed to respond" [] "application failed to respond", "502", DestinationUnavailable,
    "The edge got no answer: the application is not running, listens on another port than $PORT or on 127.0.0.1, or crashed.",
    [PlatformNoInstance] => [platform_no_instance, wrong_listen_address, app_boot_failure, app_worker_crash], verified;
    "x-railway-fallback" ["x-railway-fallback: true"] "answered by the edge", -, ProxyInternalResponse,
    "Railway's edge made the answer, not the application.",
    [GatewayMadeError] => [platform_no_instance, route_target_missing], verified;
}
