//! What the store promises, shown from outside, with several processes where it promises something about them.

#![cfg_attr(test, expect(clippy::disallowed_methods, reason = "tests damage files and start processes"))]

#[cfg(test)]
mod access;
#[cfg(test)]
mod audit_tree;
#[cfg(test)]
mod checks;
#[cfg(test)]
mod child;
#[cfg(test)]
mod damage;
#[cfg(test)]
mod delivery;
#[cfg(test)]
mod downloads;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod folder;
#[cfg(test)]
mod grouping;
#[cfg(test)]
mod jobs;
#[cfg(test)]
mod model;
#[cfg(test)]
mod owners;
#[cfg(test)]
mod processes;
#[cfg(test)]
mod projects;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod small_disk;
#[cfg(test)]
mod speed;
