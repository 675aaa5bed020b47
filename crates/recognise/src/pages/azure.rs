//! Azure: Application Gateway, Front Door, App Service.

use goodgate_evidence::{Product, Sign};

use super::fingerprint::When::{Any, Has, NginxPage, Starts, Status, Text, Whole};
use super::fingerprint::{
    CERTAIN, Clue, Fingerprint, LIKELY, Rule, STRONG, carried, rule, served, wrote,
};

const GATEWAY: Product = Product::AzureAppGateway;
const DOOR: Product = Product::AzureFrontDoor;
const SERVICE: Product = Product::AzureAppService;

/// Application Gateway v2 is nginx under another name; v1 writes the page of IIS.
pub(super) static ITEM: Fingerprint = Fingerprint { clues: CLUES, rules: RULES, more: None };

const CLUES: &[Clue] = &[
    wrote(GATEWAY, CERTAIN, NginxPage("microsoft-azure-application-gateway/v2")),
    served(GATEWAY, Starts("server", "microsoft-azure-application-gateway")),
    wrote(DOOR, STRONG, Text("our services aren't available right now")),
    wrote(DOOR, LIKELY, Text("we're working to restore all services as soon as possible")),
    carried(DOOR, Has("x-azure-ref", "")),
    carried(DOOR, Has("x-fd-healthproberesult", "")),
    wrote(SERVICE, STRONG, Text(":( application error")),
    wrote(SERVICE, STRONG, Text("you can access the diagnostic resources")),
    wrote(SERVICE, STRONG, Text("error 403 - this web app is stopped")),
    wrote(SERVICE, LIKELY, Whole("the service is unavailable.")),
    carried(SERVICE, Has("set-cookie", "arraffinity=")),
];

const RULES: &[Rule] = &[
    rule(Status(502), &[Sign::NoTimeout]).by(&[GATEWAY]),
    rule(Status(504), &[Sign::TimeoutSomewhere]).by(&[GATEWAY]),
    rule(
        Any(&[Text(":( application error"), Text("error 403 - this web app is stopped")]),
        &[Sign::PlatformNoInstance],
    ),
];
