//! JSON, and JSON with comments and trailing commas.

use jsonc_parser::ast::{ObjectPropName, Value as Ast};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use crate::document::lines::Lines;
use crate::document::node::{DEEPEST, Node, Value, twice};
use crate::fault::Fault;

/// Reads JSON as its standard has it.
pub(crate) fn read(text: &str) -> Result<Node<'_>, Fault> {
    parse(text, false)
}

/// Reads JSON in which comments and trailing commas may stand.
pub(crate) fn read_relaxed(text: &str) -> Result<Node<'_>, Fault> {
    parse(text, true)
}

fn parse(text: &str, relaxed: bool) -> Result<Node<'_>, Fault> {
    let options = ParseOptions {
        allow_comments: relaxed,
        allow_trailing_commas: relaxed,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let lines = Lines::of(text);
    let parsed = parse_to_ast(text, &CollectOptions::default(), &options)
        .map_err(|error| Fault::at(lines.at(error.range().start), format!("it is no JSON ({})", error.kind())))?;
    let value = parsed.value.ok_or_else(|| Fault::new("it is empty"))?;
    node(value, &lines, 0)
}

fn node<'a>(value: Ast<'a>, lines: &Lines, depth: usize) -> Result<Node<'a>, Fault> {
    let line = lines.at(value.range().start);
    if depth > DEEPEST {
        return Err(Fault::at(line, "it is nested too deeply"));
    }
    let value = match value {
        Ast::StringLit(text) => Value::Text(text.value),
        Ast::NumberLit(number) => Value::Bare(number.value.into()),
        Ast::BooleanLit(truth) => Value::Bare(if truth.value { "true" } else { "false" }.into()),
        Ast::NullKeyword(_) => Value::Null,
        Ast::Array(list) => {
            Value::List(list.elements.into_iter().map(|part| node(part, lines, depth + 1)).collect::<Result<_, _>>()?)
        }
        Ast::Object(object) => {
            let mut entries = Vec::with_capacity(object.properties.len());
            for property in object.properties {
                let key_line = lines.at(property.range.start);
                let key = match property.name {
                    ObjectPropName::String(text) => text.value,
                    ObjectPropName::Word(word) => word.value.into(),
                };
                entries.push((key, Node { line: key_line, ..node(property.value, lines, depth + 1)? }));
            }
            if let Some(key) = twice(&entries) {
                return Err(Fault::at(line, format!("the key {} stands twice in one object", Fault::quote(key))));
            }
            Value::Map(entries)
        }
    };
    Ok(Node { line, value })
}
