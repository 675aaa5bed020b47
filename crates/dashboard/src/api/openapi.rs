//! The document for `OpenAPI`, made of the routes.

use serde_json::{Map, Value, json};

use super::routes::{ALL, By, Field, Kind, Parameter, Route};

impl Kind {
    /// Says what it is, for errors.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Number => "a whole number",
            Self::Name | Self::Names => "a name",
            Self::Moment => "a moment such as 2026-11-23T16:00:00Z",
        }
    }

    fn schema(self) -> Value {
        match self {
            Self::Number => json!({"type": "integer", "minimum": 0, "maximum": u32::MAX}),
            Self::Name | Self::Names => json!({"type": "string", "minLength": 1}),
            Self::Moment => json!({"type": "string", "format": "date-time"}),
        }
    }
}

/// Returns the document (`OpenAPI` 3.1).
pub fn document() -> Value {
    let mut paths = Map::new();
    for route in ALL {
        let path = format!("/api/v1{}", route.path);
        let of_path = paths.entry(path).or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(methods) = of_path {
            methods.insert(route.method.to_ascii_lowercase(), operation(route));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "goodgate",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What the watch and the gateway know, for programs. Every answer names its schema.",
            "license": {"name": "MIT OR Apache-2.0"}
        },
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Error": error()}
        }
    })
}

fn operation(route: &Route) -> Value {
    let parameters: Vec<Value> = route
        .in_path
        .iter()
        .map(|it| parameter(it, "path"))
        .chain(route.in_query.iter().map(|it| parameter(it, "query")))
        .collect();
    let mut operation = json!({
        "summary": route.about,
        "tags": [match route.by { By::Watch => "watch", By::Gateway => "gateway", By::Own => "dashboard" }],
        "description": format!("Scope: `{}`.", route.scope.word()),
        "parameters": parameters,
        "responses": responses(route)
    });
    if let (Some(fields), Value::Object(operation)) = (route.body, &mut operation) {
        operation.insert("requestBody".to_owned(), body(fields));
    }
    operation
}

fn parameter(parameter: &Parameter, place: &str) -> Value {
    json!({
        "name": parameter.name,
        "in": place,
        "required": place == "path",
        "description": parameter.about,
        "schema": parameter.kind.schema()
    })
}

fn body(fields: &[Field]) -> Value {
    let of = |field: &Field| {
        let mut schema = json!({"type": field.kind, "description": field.about});
        if let (Value::Object(schema), "array") = (&mut schema, field.kind) {
            schema.insert("items".to_owned(), json!({"type": "string"}));
        }
        (field.name.to_owned(), schema)
    };
    let properties: Map<String, Value> = fields.iter().map(of).collect();
    let required: Vec<&str> =
        fields.iter().filter(|field| field.is_required).map(|field| field.name).collect();
    let schema = if fields.is_empty() {
        json!({"type": "object"})
    } else {
        json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
    };
    json!({"required": !required.is_empty(), "content": {"application/json": {"schema": schema}}})
}

fn responses(route: &Route) -> Value {
    let answer = json!({
        "type": "object",
        "required": ["schema"],
        "properties": {"schema": {"const": route.schema}}
    });
    let success = if route.method == "PUT" { vec!["200", "201"] } else { vec!["200"] };
    // The health of a gateway that cannot serve every route is an answer as well.
    let success = if route.path == "/gateway/health" { vec!["200", "503"] } else { success };
    let mut all: Map<String, Value> = success
        .into_iter()
        .map(|status| {
            let content = json!({"application/json": {"schema": answer}});
            (status.to_owned(), json!({"description": route.about, "content": content}))
        })
        .collect();
    let refused = json!({
        "description": "It is refused: `error` says why and what to do.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    });
    all.insert("default".to_owned(), refused);
    Value::Object(all)
}

fn error() -> Value {
    json!({
        "type": "object",
        "required": ["schema", "status"],
        "properties": {
            "schema": {"type": "string"},
            "status": {"type": "integer"},
            "error": {"type": "string"},
            "detail": {"type": "string"}
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_stands_in_the_document_with_its_parameters() {
        let document = document();

        for route in ALL {
            let pointer = format!("/api/v1{}", route.path).replace('~', "~0").replace('/', "~1");
            let method = route.method.to_ascii_lowercase();
            let operation = document.pointer(&format!("/paths/{pointer}/{method}"));
            let operation = operation.unwrap_or_else(|| panic!("{} {}", route.method, route.path));
            let named = operation["parameters"].as_array().expect("a list");
            assert_eq!(named.len(), route.in_path.len() + route.in_query.len());
            assert_eq!(operation.get("requestBody").is_some(), route.body.is_some());
        }
    }
}
