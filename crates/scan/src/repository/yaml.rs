//! YAML as a tree with lines, bounded: a file of others may nest without end, or double its size with each alias.

use std::collections::HashMap;
use std::sync::Arc;

use saphyr_parser::{Event, Parser};

/// How deep lists and mappings may stand in each other.
const MOST_DEPTH: usize = 64;
/// How many nodes a document may have, counted as if each alias were written out.
const MOST_NODES: u64 = 200_000;

/// A value and the line where it stands.
#[derive(Debug)]
pub(crate) struct Node {
    /// From 1; of a block (`|`, `>`) the first line of its text.
    pub(crate) line: u32,
    pub(crate) value: Value,
    /// How many nodes it is, aliases written out.
    weight: u64,
}

#[derive(Debug)]
pub(crate) enum Value {
    /// Any scalar as its text.
    Scalar(String),
    List(Vec<Arc<Node>>),
    /// In the order of the file.
    Map(Vec<(Arc<Node>, Arc<Node>)>),
}

/// Why a file could not be read as YAML.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error("it is no YAML: {message} (line {line})")]
    Malformed { message: String, line: u32 },
    #[error("its lists and mappings stand more than {MOST_DEPTH} deep in each other")]
    TooDeep,
    #[error("it has more than {MOST_NODES} values, counted with its aliases written out")]
    TooLarge,
}

/// Something that is begun and not ended yet.
struct Open {
    line: u32,
    anchor: usize,
    items: Vec<Arc<Node>>,
    is_map: bool,
}

/// The documents of `text`.
pub(crate) fn parse(text: &str) -> Result<Vec<Arc<Node>>, Fault> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader::default();
    let mut parser = Parser::new_from_str(text);
    while let Some(next) = parser.next_event() {
        let (event, span) = next.map_err(|error| Fault::Malformed {
            message: error.info().chars().filter(|letter| !letter.is_control()).take(120).collect(),
            line: line_of(error.marker().line()),
        })?;
        reader.take(event, line_of(span.start.line()))?;
    }
    Ok(reader.documents)
}

fn line_of(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}

#[derive(Default)]
struct Reader {
    documents: Vec<Arc<Node>>,
    open: Vec<Open>,
    anchors: HashMap<usize, Arc<Node>>,
    nodes: u64,
}

impl Reader {
    fn take(&mut self, event: Event<'_>, line: u32) -> Result<(), Fault> {
        match event {
            Event::Scalar(text, _, anchor, _) => {
                self.add(Node { line, value: Value::Scalar(text.into_owned()), weight: 1 }, anchor)
            }
            Event::SequenceStart(anchor, _) => self.begin(line, anchor, false),
            Event::MappingStart(anchor, _) => self.begin(line, anchor, true),
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(open) = self.open.pop() else { return Ok(()) };
                let weight = open.items.iter().fold(1_u64, |sum, item| sum.saturating_add(item.weight));
                let value = if open.is_map { Value::Map(pairs(open.items)) } else { Value::List(open.items) };
                self.add(Node { line: open.line, value, weight }, open.anchor)
            }
            Event::Alias(anchor) => {
                // An alias of what is not ended yet would be a circle: it stands for nothing.
                let nothing = || Arc::new(Node { line, value: Value::Scalar(String::new()), weight: 1 });
                let node = self.anchors.get(&anchor).map_or_else(nothing, Arc::clone);
                self.place(node)
            }
            _ => Ok(()),
        }
    }

    fn begin(&mut self, line: u32, anchor: usize, is_map: bool) -> Result<(), Fault> {
        if self.open.len() >= MOST_DEPTH {
            return Err(Fault::TooDeep);
        }
        self.open.push(Open { line, anchor, items: Vec::new(), is_map });
        Ok(())
    }

    fn add(&mut self, node: Node, anchor: usize) -> Result<(), Fault> {
        let node = Arc::new(node);
        if anchor != 0 {
            self.anchors.insert(anchor, Arc::clone(&node));
        }
        self.place(node)
    }

    fn place(&mut self, node: Arc<Node>) -> Result<(), Fault> {
        self.nodes = self.nodes.saturating_add(1);
        if self.nodes > MOST_NODES || node.weight > MOST_NODES {
            return Err(Fault::TooLarge);
        }
        match self.open.last_mut() {
            Some(open) => open.items.push(node),
            None => self.documents.push(node),
        }
        Ok(())
    }
}

fn pairs(items: Vec<Arc<Node>>) -> Vec<(Arc<Node>, Arc<Node>)> {
    let mut items = items.into_iter();
    let mut pairs = Vec::with_capacity(items.len() / 2);
    while let (Some(key), Some(value)) = (items.next(), items.next()) {
        pairs.push((key, value));
    }
    pairs
}

impl Node {
    /// Its text, where it is a scalar.
    pub(crate) fn text(&self) -> Option<&str> {
        if let Value::Scalar(text) = &self.value { Some(text) } else { None }
    }

    /// What stands in a mapping under `key`, what is merged into it (`<<`) included.
    pub(crate) fn get(&self, key: &str) -> Option<&Arc<Node>> {
        let own = self.entries().iter().rev().find(|(name, _)| name.text() == Some(key)).map(|(_, value)| value);
        own.or_else(|| {
            let merged = self.entries().iter().filter(|(name, _)| name.text() == Some("<<"));
            merged.flat_map(|(_, from)| from.one_or_many()).find_map(|from| from.get(key))
        })
    }

    /// The pairs of a mapping; none of anything else.
    pub(crate) fn entries(&self) -> &[(Arc<Node>, Arc<Node>)] {
        if let Value::Map(pairs) = &self.value { pairs } else { &[] }
    }

    /// The items of a list; none of anything else.
    pub(crate) fn items(&self) -> &[Arc<Node>] {
        if let Value::List(items) = &self.value { items } else { &[] }
    }

    /// The items of a list, or this itself.
    pub(crate) fn one_or_many(self: &Arc<Self>) -> &[Arc<Node>] {
        if let Value::List(items) = &self.value { items } else { std::slice::from_ref(self) }
    }

    /// All scalars within, with their lines; values of mappings, not their keys.
    pub(crate) fn scalars<'a>(&'a self, found: &mut Vec<&'a Node>) {
        match &self.value {
            Value::Scalar(_) => found.push(self),
            Value::List(items) => items.iter().for_each(|item| item.scalars(found)),
            Value::Map(pairs) => pairs.iter().for_each(|(_, value)| value.scalars(found)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_bear_their_lines() {
        let text = "# x\non:\n  push:\njobs:\n  a:\n    steps:\n      - run: |\n          one\n          two\n";
        let documents = parse(text).unwrap();
        let steps = documents[0].get("jobs").unwrap().get("a").unwrap().get("steps").unwrap();
        let run = steps.items()[0].get("run").unwrap();
        assert_eq!((run.text(), run.line), (Some("one\ntwo\n"), 8));
    }

    #[test]
    fn a_hostile_document_is_refused_and_not_written_out() {
        let mut laughs = String::from("a0: &a0 [x, x]\n");
        (1..40).for_each(|n| laughs.push_str(&format!("a{n}: &a{n} [*a{0}, *a{0}]\n", n - 1)));
        assert!(matches!(parse(&laughs), Err(Fault::TooLarge)));
        assert!(parse(&"[".repeat(100_000)).is_err());
        assert!(parse(&"- ".repeat(100_000)).is_err());
        assert!(matches!(parse("a: 'x\nb: ["), Err(Fault::Malformed { .. })));
        assert!(parse("&a [*a]").is_ok());
        assert!(parse("").unwrap().is_empty());
        assert!(parse("a: &x {b: 1}\nc:\n  <<: *x\n").unwrap()[0].get("c").unwrap().get("b").is_some());
    }
}
