//! MIMI URIs and pseudonym identifiers
