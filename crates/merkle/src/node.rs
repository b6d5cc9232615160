//! Where a hash stands in the tree. Only complete subtrees are nodes: what is stored about them never changes again.

use std::ops::Range;

use crate::error::Error;

/// The most leaves a tree can have: a signed 64-bit column of a database holds every index and size.
pub const MAX_TREE_SIZE: u64 = i64::MAX.unsigned_abs();

/// Levels between those that a sparing store keeps, and the height of the tiles of [c2sp.org/tlog-tiles].
///
/// [c2sp.org/tlog-tiles]: https://c2sp.org/tlog-tiles
pub const TILE_HEIGHT: u8 = 8;

/// A complete subtree: level 0 are the leaves, and node `index` of a level covers the leaves from `index << level` up to
/// `(index + 1) << level`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    level: u8,
    index: u64,
}

impl Node {
    /// The node at this place, if a tree can have it.
    #[must_use]
    pub fn new(level: u8, index: u64) -> Option<Self> {
        let most = MAX_TREE_SIZE.checked_shr(u32::from(level))?;
        (index < most).then_some(Self { level, index })
    }

    /// Levels above the leaves.
    #[must_use]
    pub const fn level(self) -> u8 {
        self.level
    }

    /// Place in its level, from the left, from 0.
    #[must_use]
    pub const fn index(self) -> u64 {
        self.index
    }

    /// The leaves beneath it.
    #[must_use]
    pub const fn leaves(self) -> Range<u64> {
        self.index << self.level..(self.index + 1) << self.level
    }

    /// Whether a store that keeps the levels 0, 8, 16, … alone keeps this one.
    #[must_use]
    pub const fn is_stored(self) -> bool {
        self.level.is_multiple_of(TILE_HEIGHT)
    }

    /// The stored nodes that it consists of: itself, or 2 to 128 neighbours. They are all in one tile.
    #[must_use]
    pub const fn span(self) -> Span {
        let height = self.level % TILE_HEIGHT;
        Span { level: self.level - height, first: self.index << height, count: 1 << height }
    }

    /// The node above this one and its left neighbour, or `None` if it is itself a left child.
    pub(crate) const fn closes(self) -> Option<Self> {
        if self.index % 2 == 1 { Some(Self { level: self.level + 1, index: self.index / 2 }) } else { None }
    }

    pub(crate) const fn leaf(index: u64) -> Self {
        Self { level: 0, index }
    }
}

/// Neighbours of one level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// Their level: 0, 8, 16, …
    pub level: u8,
    /// Index of the first.
    pub first: u64,
    /// How many: a power of two, at most 128.
    pub count: u16,
}

/// Refuses sizes that no tree can have.
pub(crate) const fn check_size(size: u64) -> Result<u64, Error> {
    if size > MAX_TREE_SIZE { Err(Error::TreeTooLarge { size, max: MAX_TREE_SIZE }) } else { Ok(size) }
}

/// The fewest nodes that cover a subtree of RFC 6962, the largest first. Its first leaf is a multiple of the power of two
/// that is at least its size, as in all that the RFC's splits make.
pub(crate) fn cover(leaves: Range<u64>) -> impl Iterator<Item = Node> {
    let mut first = leaves.start;
    std::iter::from_fn(move || {
        let level = (leaves.end - first).checked_ilog2()?;
        let node = Node { level: u8::try_from(level).ok()?, index: first >> level };
        first += 1 << level;
        Some(node)
    })
}

/// Where RFC 6962 splits a subtree of two or more leaves: at the largest power of two that is smaller than its size.
pub(crate) const fn split(leaves: &Range<u64>) -> u64 {
    let largest = 1 << (leaves.end - leaves.start - 1).ilog2();
    leaves.start + largest
}

/// From a place in a level, and that of the level's last node, to the same a level up, skipping the levels where the place
/// has no neighbour: there it is the last of its level and stands at an even index.
pub(crate) const fn climb(index: u64, last: u64) -> (u64, u64) {
    let lonely = if index == last && index > 0 { index.trailing_zeros() } else { 0 };
    (index >> lonely >> 1, last >> lonely >> 1)
}
