//! YAML.

use std::borrow::Cow;

use saphyr_parser::{Event, Parser};

use crate::document::node::{DEEPEST, Node, Value, twice};
use crate::fault::Fault;

/// More values than this are refused.
const MOST_NODES: usize = 8_000_000;

/// A list or mapping that is not closed yet.
enum Open<'a> {
    List(u32, Vec<Node<'a>>),
    /// With the key whose value comes next.
    Map(u32, Vec<(Cow<'a, str>, Node<'a>)>, Option<(Cow<'a, str>, u32)>),
}

/// Reads the documents of a YAML stream. Aliases are refused: no lockfile needs one, and with them a small text says much.
pub(crate) fn read(text: &str) -> Result<Vec<Node<'_>>, Fault> {
    let mut parser = Parser::new_from_str(text);
    let mut documents = Vec::new();
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut nodes = 0;
    while let Some(event) = parser.next_event() {
        let (event, span) = event
            .map_err(|error| Fault::at(line_of(error.marker().line()), format!("it is no YAML ({})", error.info())))?;
        let line = line_of(span.start.line());
        nodes += 1;
        if open.len() > DEEPEST || nodes > MOST_NODES {
            return Err(Fault::at(line, "it is nested too deeply or has too many values"));
        }
        let done = match event {
            Event::Alias(_) => return Err(Fault::at(line, "it has an alias, which no tool writes into such a file")),
            Event::Scalar(text, ..) => Node { line, value: Value::Text(text) },
            Event::SequenceStart(..) => {
                open.push(Open::List(line, Vec::new()));
                continue;
            }
            Event::MappingStart(..) => {
                open.push(Open::Map(line, Vec::new(), None));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(closed) => close(closed)?,
                None => continue,
            },
            Event::StreamEnd => break,
            _ => continue,
        };
        match open.last_mut() {
            None => documents.push(done),
            Some(holder) => put(holder, done)?,
        }
    }
    Ok(documents)
}

fn close(open: Open<'_>) -> Result<Node<'_>, Fault> {
    match open {
        Open::List(line, items) => Ok(Node { line, value: Value::List(items) }),
        Open::Map(line, entries, _) => match twice(&entries) {
            Some(key) => Err(Fault::at(line, format!("the key {} stands twice in one mapping", Fault::quote(key)))),
            None => Ok(Node { line, value: Value::Map(entries) }),
        },
    }
}

fn put<'a>(holder: &mut Open<'a>, node: Node<'a>) -> Result<(), Fault> {
    match holder {
        Open::List(_, items) => items.push(node),
        Open::Map(_, entries, key) => match key.take() {
            Some((name, line)) => entries.push((name, Node { line, ..node })),
            None => match node.value {
                Value::Text(name) => *key = Some((name, node.line)),
                _ => return Err(Fault::at(node.line, "a key is no plain word")),
            },
        },
    }
    Ok(())
}

fn line_of(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn scalars_stay_as_they_are_written_and_know_their_lines() {
        let documents = read("a: 1.10\nb:\n  'c d': [x, \"y\"]\n---\ne: {}\n").unwrap();
        assert_eq!(documents[0].text_of("a"), Some("1.10"));
        let b = documents[0].get("b").unwrap();
        assert_eq!((b.line, b.get("c d").unwrap().line, b.items_of("c d").len()), (2, 3, 2));
        assert!(documents[1].get("e").unwrap().is_map());
    }

    #[test]
    fn what_could_grow_is_refused() {
        assert!(
            read("a: &x [1]\nb: *x\n").unwrap_err().0.contains("alias, which no tool writes into such a file, line 2")
        );
        assert!(read(&"- ".repeat(1000)).unwrap_err().0.contains("nested too deeply"));
        assert!(read(&"[".repeat(100_000)).is_err());
        assert!(read("a: 1\na: 2\n").unwrap_err().0.contains("\"a\" stands twice"));
        assert!(read("{[a]: 1}").unwrap_err().0.contains("no plain word"));
        assert!(read("a: [\n").unwrap_err().0.contains("no YAML"));
    }
}
