rust="https://rustup.rs, then: rustup update stable"
need "Rust" "1.95" "rustc --version" "$rust"
need "cargo" "1.95" "cargo --version" "$rust"
need "rustfmt" "" "cargo fmt --version" "rustup component add rustfmt"
need "clippy" "" "cargo clippy --version" "rustup component add clippy"
need "C compiler (builds SQLite)" "7" "cc --version" "your system's package manager, package gcc or clang; on a Mac: xcode-select --install"
# Either the tools that come with Rust or, as cargo-llvm-cov does it, those that the environment names.
# shellcheck disable=SC2016 # the inner shell expands it
need "LLVM coverage tools" "19" 'if [ -n "${LLVM_COV:-}${LLVM_PROFDATA:-}" ]; then
    "${LLVM_PROFDATA:?}" merge --version >/dev/null && "${LLVM_COV:?}" --version
  else
    "$(rustc --print target-libdir)/../bin/llvm-cov" --version
  fi' "rustup component add llvm-tools; where that is not to be had, install LLVM 19 or newer and set LLVM_COV and LLVM_PROFDATA to its llvm-cov and llvm-profdata"
