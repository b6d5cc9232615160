//! What this crate promises, shown from outside, on real folders and disks, with several processes where it promises something
//! about them.

#![cfg_attr(test, expect(clippy::disallowed_methods, reason = "tests damage files and start processes"))]

#[cfg(test)]
mod availability;
#[cfg(test)]
mod child;
#[cfg(test)]
mod errors;
#[cfg(test)]
mod files;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod follow;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod levels;
#[cfg(test)]
mod query;
#[cfg(test)]
mod small_disk;
