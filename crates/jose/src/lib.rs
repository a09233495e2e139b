//! Strict base64url and JSON, JWK, JWS
