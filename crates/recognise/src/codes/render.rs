//! Render's `x-render-routing` values.

use super::table::table;

table! {
    Render, "seen in public error reports";

    "dynamic-paid-error" [] "no answer from the instance", "502", DestinationUnavailable,
    "The router got no answer from the service's instance: it is starting, crashed, out of memory, or listens on another port.",
    [PlatformNoInstance] => [platform_no_instance, app_not_ready, app_boot_failure, app_oom_killed, wrong_listen_address], verified;
    "no-server" [] "no server", -, DestinationUnavailable,
    "The router knows no running instance of the service.",
    [PlatformNoInstance] => [platform_no_instance, no_endpoints], remembered;
    "hibernate-wake-error" [] "instance did not wake up", -, DestinationUnavailable,
    "A sleeping instance did not start in time.",
    [AppBooting, PlatformNoInstance] => [app_not_ready, platform_no_instance, app_boot_failure], remembered;
}
