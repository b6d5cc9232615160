//! Advisories: taken in, matched, and refused where they are not as they must be.

mod archive;
mod brute;
mod hostile;
mod ignored;
mod index;
mod matching;
mod real;
mod sample;
