//! Pseudonym and identity certificates: issue and verify
