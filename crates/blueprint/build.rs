//! The blueprints are part of the binary: a change among them builds it anew.

fn main() {
    println!("cargo::rerun-if-changed=../../blueprints");
}
