//! From the nodes that a store has to the hashes that a proof needs: everything is asked for at once, so that a proof is
//! one query, also where each query crosses a network.

use std::ops::Range;

use crate::{
    error::Error,
    hash::{Hash, node_hash},
    node::{Node, Span, cover},
};

/// Reads nodes for a store that keeps only the levels 0, 8, 16, …: asks it for the stored nodes beneath each one, and
/// computes the rest (at most 127 hashes a node, and 255 for all of one tile).
///
/// `read` gets the spans of all nodes at once and returns the hashes of each, in the order of the spans.
pub fn read_stored<E: From<Error>>(
    mut read: impl FnMut(&[Span]) -> Result<Vec<Vec<Hash>>, E>,
) -> impl FnMut(&[Node]) -> Result<Vec<Hash>, E> {
    move |nodes| {
        let spans: Vec<Span> = nodes.iter().map(|node| node.span()).collect();
        let stored = read(&spans)?;
        check_count(spans.len(), stored.len())?;
        let root_of = |(span, hashes): (&Span, Vec<Hash>)| {
            check_count(usize::from(span.count), hashes.len())?;
            Ok(complete_root(hashes))
        };
        let roots: Result<Vec<Option<Hash>>, E> = spans.iter().zip(stored).map(root_of).collect();
        Ok(roots?.into_iter().flatten().collect())
    }
}

/// The hash of each subtree of RFC 6962, by one call of `read` for the nodes of all.
pub(crate) fn read_subtrees<E: From<Error>>(
    subtrees: &[Range<u64>],
    read: impl FnMut(&[Node]) -> Result<Vec<Hash>, E>,
) -> Result<Vec<Hash>, E> {
    let counts: Vec<usize> = subtrees.iter().map(|leaves| cover(leaves.clone()).count()).collect();
    let nodes: Vec<Node> = subtrees.iter().cloned().flat_map(cover).collect();
    let hashes = read_nodes(&nodes, read)?;
    let mut rest = hashes.as_slice();
    let take = |count: usize| {
        let (these, others) = rest.split_at_checked(count)?;
        rest = others;
        fold(these)
    };
    Ok(counts.into_iter().filter_map(take).collect())
}

/// The hashes of nodes, exactly as many as asked for; `read` is not called for none.
pub(crate) fn read_nodes<E: From<Error>>(
    nodes: &[Node],
    mut read: impl FnMut(&[Node]) -> Result<Vec<Hash>, E>,
) -> Result<Vec<Hash>, E> {
    if nodes.is_empty() {
        return Ok(Vec::new());
    }
    let hashes = read(nodes)?;
    check_count(nodes.len(), hashes.len())?;
    Ok(hashes)
}

/// The hash over complete subtrees that stand side by side, the largest first.
pub(crate) fn fold(hashes: &[Hash]) -> Option<Hash> {
    hashes.iter().copied().rev().reduce(|right, left| node_hash(&left, &right))
}

/// The root of a complete subtree, from a power of two of hashes.
fn complete_root(mut hashes: Vec<Hash>) -> Option<Hash> {
    while hashes.len() > 1 {
        hashes = hashes.as_chunks::<2>().0.iter().map(|[left, right]| node_hash(left, right)).collect();
    }
    hashes.pop()
}

fn check_count(wanted: usize, got: usize) -> Result<(), Error> {
    if wanted == got { Ok(()) } else { Err(Error::MissingNodes { wanted, got }) }
}
