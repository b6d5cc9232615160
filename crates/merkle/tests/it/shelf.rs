//! A store in memory, as the tests need it.

use std::collections::HashMap;

use merkle::{Error, Frontier, Hash, Node, Span, TreeHead, leaf_hash, read_stored};

/// Name of the log in all tests.
pub(crate) const ORIGIN: &str = "example.com/audit";

/// A log with all its nodes.
#[derive(Default)]
pub(crate) struct Shelf {
    pub(crate) frontier: Frontier,
    pub(crate) leaves: Vec<Hash>,
    /// The tree after each leaf; the first is the empty one.
    pub(crate) heads: Vec<TreeHead>,
    nodes: HashMap<Node, Hash>,
}

impl Shelf {
    pub(crate) fn of(entries: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Self {
        let mut shelf = Self { heads: vec![TreeHead::EMPTY], ..Self::default() };
        for entry in entries {
            let leaf = leaf_hash(entry.as_ref());
            let Self { frontier, nodes, .. } = &mut shelf;
            frontier
                .append_with(leaf, |node, hash| assert_eq!(nodes.insert(node, hash), None, "written twice"))
                .unwrap();
            shelf.leaves.push(leaf);
            shelf.heads.push(shelf.frontier.tree_head());
        }
        shelf
    }

    /// Entries 0, 1, 2, …
    pub(crate) fn counting(size: u64) -> Self {
        Self::of((0..size).map(|entry| format!("entry {entry}")))
    }

    pub(crate) fn head(&self, size: u64) -> &TreeHead {
        &self.heads[usize::try_from(size).unwrap()]
    }

    pub(crate) fn leaf(&self, index: u64) -> &Hash {
        &self.leaves[usize::try_from(index).unwrap()]
    }

    pub(crate) fn node(&self, level: u8, index: u64) -> Hash {
        self.nodes[&Node::new(level, index).unwrap()]
    }

    /// Reads what a store with all levels has.
    pub(crate) fn read(&self) -> impl FnMut(&[Node]) -> Result<Vec<Hash>, Error> {
        |nodes| Ok(nodes.iter().map(|node| self.nodes[node]).collect())
    }

    /// Reads what a store with the levels 0, 8, 16, … has.
    pub(crate) fn read_sparingly(&self) -> impl FnMut(&[Node]) -> Result<Vec<Hash>, Error> {
        read_stored(|spans: &[Span]| Ok(spans.iter().map(|span| self.stored(*span)).collect()))
    }

    fn stored(&self, span: Span) -> Vec<Hash> {
        let nodes = (span.first..span.first + u64::from(span.count)).map(|index| Node::new(span.level, index).unwrap());
        nodes.inspect(|node| assert!(node.is_stored())).map(|node| self.nodes[&node]).collect()
    }
}
