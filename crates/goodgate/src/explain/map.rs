//! The map: every cause by the stage at which it shows.

use std::io::{self, Write};

use goodgate_causes::{Kind, catalogue, guides};
use goodgate_evidence::Stage;
use serde_json::{Value, json};

use crate::render::style::{Style, entry, wrap};

/// Writes the map.
pub(super) fn text(out: &mut dyn Write, style: Style) -> io::Result<()> {
    writeln!(out, "{}", style.bold("Why a gateway answers 502, 503 or 504: every cause by stage"))?;
    writeln!(
        out,
        "{}",
        wrap(
            "client -> gateway -> name server, connection, TLS, request, response head, response body. \
             A mechanism says what happened on the wire, a root (marked with *) why it happened.",
            style.width,
            ""
        )
    )?;
    for stage in Stage::ALL {
        writeln!(out)?;
        writeln!(out, "{} {}", style.bold(stage.slug()), style.dim(stage.meaning()))?;
        for cause in catalogue::ALL.iter().filter(|cause| cause.stage == *stage) {
            let mark = if cause.kind == Kind::Root { "*" } else { " " };
            writeln!(
                out,
                "{}",
                entry(&format!("  {mark} "), cause.id, 29, cause.summary, style.width)
            )?;
        }
    }
    writeln!(out)?;
    writeln!(out, "{}", style.bold("Guides"))?;
    for guide in guides::ALL {
        writeln!(out, "{}", entry("    ", guide.topic, 29, guide.about, style.width))?;
    }
    writeln!(out)?;
    writeln!(
        out,
        "{}",
        style.dim(
            "goodgate explain CAUSE|STATUS|CODE explains one; goodgate explain - reads pasted text"
        )
    )
}

/// Returns the map.
pub(super) fn json() -> Value {
    let causes: Vec<Value> = catalogue::ALL
        .iter()
        .map(|cause| {
            json!({
                "id": cause.id,
                "kind": cause.kind.slug(),
                "stage": cause.stage,
                "blame": cause.blame,
                "summary": cause.summary,
                "shows_as": cause.shows_as.iter().map(|shown| shown.mechanism).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({"schema": "goodgate.explain/1", "about": "map", "causes": causes})
}
