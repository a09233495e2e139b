//! The published files are what this implementation makes, and each of them is sound in itself.

#![cfg(test)]

use mimicred_vectors::{VectorFile, generate};

#[test]
fn every_vector_is_what_this_implementation_does() {
    let files = generate().unwrap();
    assert!(files.len() >= 4);
    files.values().for_each(|text| drop(VectorFile::parse(text).unwrap()));
}
