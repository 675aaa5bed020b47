//! Applications and what they run in: their error pages say that the upstream itself answered.

use goodgate_evidence::{Product, Sign};

use super::fingerprint::When::{self, All, Any, Has, Is, Not, Source, Starts, Status, Text, Whole};
use super::fingerprint::{
    CERTAIN, Clue, Fingerprint, LIKELY, Rule, STRONG, WEAK, rule, served, wrote,
};

const BARE_ERROR: When =
    Any(&[Whole("internal server error"), Whole("bad gateway"), Whole("service unavailable")]);

const LARAVEL: When = Source("text-lg text-gray-500 uppercase tracking-wider");
const DJANGO_DEBUG: When = Text("you're seeing this error because you have debug = true");
const FLASK: When = Text(
    "the server encountered an internal error and was unable to complete your request. either the \
     server is overloaded or there is an error in the application",
);
const RAILS: When = Any(&[
    Text("if you are the application owner check the logs for more information"),
    Text("maybe you tried to change something you didn't have access to"),
]);

/// A page of an application means that the gateway only passed it on.
pub(super) static ITEM: Fingerprint = Fingerprint { clues: CLUES, rules: RULES, more: None };

const CLUES: &[Clue] = &[
    wrote(
        Product::Tomcat,
        STRONG,
        Any(&[
            Text("http status 500 -"),
            Text("http status 502 -"),
            Text("http status 503 -"),
            Text("http status 504 -"),
            Text("http status 404 -"),
        ]),
    ),
    wrote(Product::Tomcat, STRONG, Source("<h3>apache tomcat/")),
    wrote(Product::Jetty, CERTAIN, Text("powered by jetty://")),
    wrote(Product::Spring, CERTAIN, Text("whitelabel error page")),
    wrote(
        Product::Spring,
        STRONG,
        All(&[
            Source("\"timestamp\":"),
            Source("\"status\":"),
            Source("\"error\":"),
            Source("\"path\":"),
            Starts("content-type", "application/json"),
        ]),
    ),
    wrote(
        Product::Spring,
        STRONG,
        // An access line in JSON has a time, a status and a path as well, but no error's name.
        All(&[
            Source("{\"timestamp\":"),
            Source(",\"status\":"),
            Source(",\"error\":\""),
            Source(",\"path\":\"/"),
            Not(&Source("\"method\":")),
        ]),
    ),
    wrote(Product::NodeProxy, CERTAIN, Text("error occurred while trying to proxy")),
    wrote(Product::NodeProxy, STRONG, Whole("error: socket hang up")),
    wrote(Product::Node, LIKELY, All(&[BARE_ERROR, Is("x-powered-by", "express")])),
    wrote(Product::Node, LIKELY, All(&[BARE_ERROR, Is("x-powered-by", "next.js")])),
    wrote(Product::Node, STRONG, Source("<div id=\"__next\"")),
    wrote(Product::Uvicorn, LIKELY, All(&[BARE_ERROR, Is("server", "uvicorn")])),
    wrote(Product::Gunicorn, STRONG, Source("<h1><p>internal server error</p></h1>")),
    wrote(Product::Python, CERTAIN, DJANGO_DEBUG),
    wrote(Product::Python, LIKELY, Text("server error (500)")),
    wrote(Product::Python, CERTAIN, Text("werkzeug debugger")),
    wrote(Product::Python, STRONG, FLASK),
    wrote(Product::Rails, STRONG, RAILS),
    wrote(Product::Passenger, CERTAIN, Text("by the phusion passenger")),
    wrote(
        Product::Passenger,
        STRONG,
        All(&[
            Text("we're sorry, but something went wrong"),
            Text("the issue has been logged for investigation"),
        ]),
    ),
    wrote(
        Product::Passenger,
        WEAK,
        All(&[Text("we're sorry, but something went wrong"), Not(&RAILS)]),
    ),
    wrote(Product::Puma, CERTAIN, Text("an unhandled lowlevel error occurred")),
    wrote(Product::Php, STRONG, Text("whoops, looks like something went wrong")),
    wrote(Product::Php, STRONG, LARAVEL),
    wrote(Product::Php, STRONG, Text("whoops! there was an error.")),
    wrote(Product::Php, STRONG, Text("oops! an error occurred the server returned a \"")),
    wrote(
        Product::Php,
        STRONG,
        Text("the website encountered an unexpected error. please try again later"),
    ),
    wrote(Product::Php, CERTAIN, Source("<b>fatal error</b>:")),
    wrote(Product::Wordpress, CERTAIN, Text("there has been a critical error on this website")),
    wrote(Product::Wordpress, LIKELY, Text("the site is experiencing technical difficulties. ")),
    wrote(Product::Wordpress, STRONG, Text("error establishing a database connection")),
    wrote(
        Product::Wordpress,
        CERTAIN,
        Text("briefly unavailable for scheduled maintenance. check back in a minute"),
    ),
    served(Product::Uvicorn, Is("server", "uvicorn")),
    served(Product::Gunicorn, Starts("server", "gunicorn")),
    served(Product::Jetty, Starts("server", "jetty")),
    served(Product::Tomcat, Starts("server", "apache-coyote")),
    served(Product::Puma, Starts("server", "puma")),
    served(Product::Python, Starts("server", "werkzeug")),
    served(Product::Passenger, Has("x-powered-by", "phusion passenger")),
];

const RULES: &[Rule] = &[
    rule(Text("there has been a critical error on this website"), &[Sign::PhpFatal]),
    rule(
        Any(&[
            Text("error establishing a database connection"),
            Text("error: database connection failed"),
        ]),
        &[Sign::DependencyFailed],
    ),
    rule(Text("[1040] too many connections"), &[Sign::DependencyExhausted]),
    rule(Text("by the phusion passenger"), &[Sign::BootFailed]),
    rule(
        Any(&[DJANGO_DEBUG, Text("werkzeug debugger"), Text("whoops! there was an error.")]),
        &[Sign::AppTraceback],
    ),
    page_of_php("allowed memory size of", &[Sign::PhpMemoryLimit]),
    page_of_php("maximum execution time of", &[Sign::PhpMaxExecutionTime]),
    rule(Source("<b>fatal error</b>:"), &[Sign::PhpFatal]),
    rule(Whole("error: socket hang up"), &[Sign::EndedBeforeHead]),
    rule(All(&[MAINTENANCE, Not(&Status(200))]), &[Sign::MaintenancePage]),
];

/// Words of maintenance pages; Apache's own 503 speaks of "maintenance downtime" and is none.
const MAINTENANCE: When = Any(&[
    Text("briefly unavailable for scheduled maintenance"),
    Text("down for maintenance"),
    Text("down for scheduled maintenance"),
    Text("undergoing scheduled maintenance"),
    Text("undergoing maintenance"),
    Text("currently under maintenance"),
    Text("site under maintenance"),
    Text("site is under maintenance"),
    Text("performing scheduled maintenance"),
    Text("in maintenance mode"),
    Whole("maintenance mode"),
    Whole("be right back."),
]);

const fn page_of_php(words: &'static str, signs: &'static [Sign]) -> Rule {
    rule(Text(words), signs).by(&[Product::Php])
}
