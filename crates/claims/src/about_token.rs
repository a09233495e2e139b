//! Which claims are about a token and not about its subject.

/// The claims by which an issuer speaks of the token itself: nobody else says them, whatever she may say of a person.
const NAMES: [&str; 12] = ["iss", "sub", "mimi_user", "iat", "exp", "nbf", "aud", "jti", "cti", "cnf", "vct", "status"];

/// Whether a claim of this name is about the token, and therefore for its issuer alone to say.
///
/// ```
/// use mimicred_claims::is_about_token;
///
/// assert!(is_about_token("exp") && is_about_token("mimi_user"));
/// assert!(!is_about_token("email"));
/// ```
pub fn is_about_token(name: &str) -> bool {
    NAMES.contains(&name)
}
