//! The JSON schemas of tools, in the plain form that all clients understand.
//!
//! Several clients refuse, warn about or misread what the generator emits for Rust types: `$ref`, `format: uint32`, a type
//! that is a list with `null`, an enum spelled as `oneOf`. The schemas here have none of these.

use rmcp::model::JsonObject;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

/// The schema of what a tool takes.
pub(crate) fn of_input<T: JsonSchema>() -> JsonObject {
    plain::<T>(SchemaSettings::draft2020_12().for_deserialize())
}

/// The schema of what a tool answers.
pub(crate) fn of_output<T: JsonSchema>() -> JsonObject {
    plain::<T>(SchemaSettings::draft2020_12().for_serialize())
}

/// The schema of what a tool answers that answers one of two: the properties of both, of which those are required that both
/// have. Clients stumble over a choice between schemas.
pub(crate) fn of_either<A: JsonSchema, B: JsonSchema>() -> JsonObject {
    let (mut schema, other) = (of_output::<A>(), of_output::<B>());
    let required = |schema: &JsonObject| schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let of_other = required(&other);
    let both: Vec<Value> = required(&schema).into_iter().filter(|name| of_other.contains(name)).collect();
    schema.insert("required".to_owned(), both.into());
    let more = other.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        for (name, property) in more {
            properties.entry(name).or_insert(property);
        }
    }
    schema
}

/// Lists the values of the text property `name`, or of its items.
pub(crate) fn set_choices(schema: &mut JsonObject, name: &str, choices: Vec<String>) {
    let property = schema.get_mut("properties").and_then(|properties| properties.get_mut(name));
    let Some(property) = property.and_then(Value::as_object_mut) else { return };
    let target = match property.get_mut("items") {
        Some(items) => items.as_object_mut(),
        None => Some(property),
    };
    if let Some(target) = target.filter(|_| !choices.is_empty()) {
        target.insert("enum".to_owned(), choices.into());
    }
}

fn plain<T: JsonSchema>(settings: SchemaSettings) -> JsonObject {
    let settings = settings.with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    let mut schema = settings.into_generator().into_root_schema_for::<T>().to_value();
    simplify(&mut schema);
    match schema {
        Value::Object(mut object) => {
            object.remove("title");
            object
        }
        _ => JsonObject::new(),
    }
}

fn simplify(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(simplify),
        Value::Object(object) => {
            without_null(object);
            constants_as_enum(object);
            if object.get("type").is_some_and(|kind| kind == "integer" || kind == "number") {
                object.remove("format");
            }
            // Line breaks of the source's comments.
            if let Some(Value::String(text)) = object.get_mut("description") {
                *text = text.replace('\n', " ");
            }
            if object.get("default").is_some_and(Value::is_null) {
                object.remove("default");
            }
            object.values_mut().for_each(simplify);
        }
        _ => {}
    }
}

/// An optional property may be left out; that it may be `null` as well need not be said.
fn without_null(object: &mut Map<String, Value>) {
    if let Some(Value::Array(kinds)) = object.get("type") {
        let rest: Vec<_> = kinds.iter().filter(|kind| *kind != "null").cloned().collect();
        if let [one] = rest.as_slice() {
            object.insert("type".to_owned(), one.clone());
        }
    }
    let Some(Value::Array(choices)) = object.get("anyOf") else { return };
    let rest: Vec<_> = choices.iter().filter(|choice| choice.get("type").is_none_or(|kind| kind != "null")).collect();
    if let [Value::Object(one)] = rest.as_slice() {
        let one = one.clone();
        object.remove("anyOf");
        for (key, value) in one {
            object.entry(key).or_insert(value);
        }
    }
}

fn constants_as_enum(object: &mut Map<String, Value>) {
    let Some(Value::Array(choices)) = object.get("oneOf") else { return };
    let constants: Option<Vec<Value>> = choices.iter().map(|choice| choice.get("const").cloned()).collect();
    if let Some(constants) = constants {
        object.remove("oneOf");
        object.insert("type".to_owned(), "string".into());
        object.insert("enum".to_owned(), constants.into());
    }
}

#[cfg(test)]
mod tests {
    use app::{AnalysisReport, BeginReport, BeginRequest};

    use super::*;

    fn all_objects<'a>(value: &'a Value, found: &mut Vec<&'a Map<String, Value>>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| all_objects(item, found)),
            Value::Object(object) => {
                found.push(object);
                object.values().for_each(|item| all_objects(item, found));
            }
            _ => {}
        }
    }

    #[test]
    fn gap_12_no_numeric_format_and_nothing_else_that_clients_stumble_over() {
        for schema in [of_input::<BeginRequest>(), of_either::<BeginReport, AnalysisReport>()] {
            let schema = Value::Object(schema);
            let mut objects = Vec::new();
            all_objects(&schema, &mut objects);
            for object in objects {
                for key in ["$ref", "$defs", "$schema", "oneOf", "anyOf", "format"] {
                    assert!(!object.contains_key(key), "{key} in {object:?}");
                }
                assert!(!object.get("type").is_some_and(Value::is_array), "{object:?}");
                assert!(!object.get("description").is_some_and(|text| text.to_string().contains("\\n")), "{object:?}");
            }
        }
    }

    #[test]
    fn the_input_is_closed_and_its_fixed_values_are_listed() {
        let mut schema = of_input::<BeginRequest>();
        set_choices(&mut schema, "stack", vec!["rust".to_owned()]);
        set_choices(&mut schema, "targetUsers", vec!["vibe-coders".to_owned()]);
        let schema = Value::Object(schema);
        assert_eq!(schema["additionalProperties"], false);
        assert_eq!(schema["required"], serde_json::json!(["projectName"]));
        assert_eq!(schema["properties"]["mode"]["enum"][1], "analyze-existing");
        assert_eq!(schema["properties"]["delivery"]["enum"][0], "directory");
        assert_eq!(schema["properties"]["stack"]["enum"][0], "rust");
        assert_eq!(schema["properties"]["targetUsers"]["items"]["enum"][0], "vibe-coders");
        assert_eq!(schema["properties"].get("git"), None);
    }
}
