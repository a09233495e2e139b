//! Strict CBOR, COSE_Key, COSE_Sign1, CWT claim names
