//! The binary `mimicred`.
fn main() {}
