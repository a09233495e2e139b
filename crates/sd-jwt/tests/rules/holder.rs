//! JWT-H, JWT-P-001, JWT-P-002: what the Holder accepts, and what she presents.

use crate::support::*;
use mimicred_claims::Selection;
use mimicred_sd_jwt::{AcceptExpectations, Binding, Code, Held, KeyBinding, TrustedIssuer, TypeRule, UnverifiedSdJwt};

const CLAIMS: &str = r#"{"iss":"https://id.a.example","name":"Alice","email":"a@a.example",
    "address":{"street":"Main 1","country":"DE"},"nationalities":["DE","FR","PL"]}"#;
const PATHS: [&str; 6] = ["name", "email", "address", "address.street", "address.country", "nationalities[]"];

fn held() -> Held {
    accept(issue(CLAIMS, &plan(&PATHS)).as_str()).unwrap()
}

fn binding() -> Binding<'static> {
    Binding { audience: ROOM, nonce: NONCE, issued_at: NOW }
}

/// Presents these paths and says what a Verifier sees.
fn presented(paths: &[&str]) -> String {
    let selection = Selection::Paths(paths.iter().map(|path| path.parse().unwrap()).collect());
    let presentation = held().prepare(&selection, &binding()).unwrap().sign(&leaf_key()).unwrap();
    processed(&verify(presentation.as_str()).unwrap())
}

/// JWT-H-001, JWT-I-017, trap 5; pitfall 68.
#[test]
fn an_issuer_sends_no_key_binding() {
    let token = issue(CLAIMS, &plan(&PATHS));
    assert!(accept(token.as_str()).is_ok());
    assert_eq!(refused(accept(&bind(token.as_str()))), Code::KbUnexpected);
    assert_eq!(refused(accept(token.as_str().strip_suffix('~').unwrap())), Code::Format);
}

/// JWT-H-002, pitfall 68: all that a Verifier checks.
#[test]
fn the_holder_verifies_too() {
    let (name, stray) = (disclosure(r#"["s1","name","Alice"]"#), disclosure(r#"["s2","x",1]"#));
    let members = format!(r#""_sd":["{}"]"#, digest(&name));
    assert!(accept(&token(&members, &[&name])).is_ok());
    assert!(accept(&token(&members, &[])).is_ok(), "trap 16: a lost disclosure looks like a decoy");
    for (bad, code) in [
        (token(&members, &[&name, &stray]), Code::DisclosureUnmatched),
        (token(&members, &[&name, &name]), Code::DigestDuplicate),
        (token(&format!(r#"{members},"name":"x""#), &[&name]), Code::ClaimCollision),
        (token(&format!(r#""exp":{NOW}"#), &[]), Code::Time),
        (token(r#""_sd_alg":"md5""#, &[]), Code::AlgUnsupported),
        (token_of(r#"{"alg":"EdDSA","typ":"JWT"}"#, &payload(""), &[]), Code::TypeMismatch),
        (token_of(HEADER, r#"{"iss":"https://b.example"}"#, &[]), Code::IssuerUntrusted),
        (jwt(HEADER, &payload(""), by_leaf) + "~", Code::SignatureIssuer),
    ] {
        assert_eq!(refused(accept(&bad)), code);
    }
    // An audience of the token is not the Holder's.
    assert!(accept(&token(r#""aud":"verifiers""#, &[])).is_ok());
    // Another rule for the type, said explicitly.
    let untyped = token_of(r#"{"alg":"EdDSA"}"#, &payload(""), &[]);
    let received = UnverifiedSdJwt::parse(&untyped).unwrap();
    let leaf = leaf_key();
    let expected = AcceptExpectations { issuers: &trusted(), confirmation_key: leaf.public(), clock: clock() };
    assert_eq!(refused(received.accept(&expected)), Code::TypeMismatch);
    assert!(received.with_type_rule(TypeRule::AnyOrNone).accept(&expected).is_ok());
}

/// JWT-P-001, JWT-P-002, JWT-H-004, JWT-H-005.
#[test]
fn a_child_brings_its_parents_and_nothing_else() {
    let clear = r#""nationalities":[]"#;
    assert_eq!(presented(&[]), format!("{{{clear}}}"));
    assert_eq!(presented(&["name"]), format!(r#"{{{clear},"name":"Alice"}}"#));
    assert_eq!(presented(&["address.country"]), format!(r#"{{{clear},"address":{{"country":"DE"}}}}"#));
    assert_eq!(presented(&["nationalities[1]"]), r#"{"nationalities":["FR"]}"#);
    assert_eq!(presented(&["nationalities[]"]), r#"{"nationalities":["DE","FR","PL"]}"#);
    let whole = presented(&["address"]);
    assert!(whole.contains(r#""street":"Main 1""#) && whole.contains(r#""country":"DE""#) && !whole.contains("Alice"));

    let held = held();
    assert_eq!(held.claims().len(), 6);
    assert_eq!(held.issuer(), ISS);
    assert_eq!(held.confirmation_key(), leaf_key().public());
    assert_eq!(held.disclosed().len(), 8);
    // JWT-H-005: of what is withheld neither salt nor value is sent.
    let (_, issued) = held.as_str().trim_end_matches('~').split_once('~').unwrap();
    let only_name = held.prepare(&Selection::Paths(vec!["name".parse().unwrap()]), &binding()).unwrap();
    let sent = only_name.sign(&leaf_key()).unwrap();
    let is_sent = |disclosure: &&str| sent.as_str().contains(*disclosure);
    assert_eq!((issued.split('~').count(), issued.split('~').filter(is_sent).count()), (8, 1));

    let everything = held.prepare(&Selection::All, &binding()).unwrap();
    assert_eq!(everything.revealed().len(), 8);
    let presentation = everything.sign(&leaf_key()).unwrap();
    assert!(presentation.as_str().starts_with(held.as_str()), "received text, not written anew");
    assert_eq!(presentation.as_bytes(), presentation.to_string().as_bytes());
    let unknown = Selection::Paths(vec!["nickname".parse().unwrap()]);
    assert_eq!(refused(held.prepare(&unknown, &binding())), Code::PathUnmatched);
}

/// JWT-E-010, trap 2: the Issuer's spelling survives the Holder.
#[test]
fn disclosures_are_sent_as_received() {
    let odd = disclosure("[ \"s1\",\n \"na\\u006de\", \"M\\u00f6bius\" ]");
    let held = accept(&token(&format!(r#""_sd":["{}"]"#, digest(&odd)), &[&odd])).unwrap();
    let presentation =
        held.prepare(&Selection::Paths(vec!["name".parse().unwrap()]), &binding()).unwrap().sign(&leaf_key()).unwrap();
    assert!(presentation.as_str().contains(&odd));
    assert_eq!(processed(&verify(presentation.as_str()).unwrap()), r#"{"name":"Möbius"}"#);
}

/// JWT-H-002, trap 6 by way of `iss`: what was accepted can be taken up again, also where the Issuer's name is itself a disclosure.
#[test]
fn a_token_whose_issuer_is_redacted_can_be_kept() {
    let iss = disclosure(&format!(r#"["s1","iss","{ISS}"]"#));
    let payload = format!(r#"{{{},"_sd":["{}"]}}"#, cnf(leaf_key().public()), digest(&iss));
    let token = token_of(HEADER, &payload, &[&iss]);
    assert_eq!(accept(&token).unwrap().issuer(), ISS);
    let reopened = UnverifiedSdJwt::parse(&token).unwrap().reopen(leaf_key().public(), clock()).unwrap();
    assert_eq!(reopened.issuer(), ISS);
    // Who trusts the key under another name does not take this one for it.
    let other = [TrustedIssuer { issuer: "https://other.example".into(), key: issuer_key().public().clone() }];
    assert_eq!(
        refused(verify_as(&token, TypeRule::AnySdJwt, &expectations(&other, KeyBinding::NotExpected))),
        Code::IssuerUntrusted
    );
}
