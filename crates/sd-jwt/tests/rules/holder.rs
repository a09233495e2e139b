//! JWT-H, JWT-P-001, JWT-P-002: what the Holder accepts, and what she presents.

use crate::support::*;
use std::sync::Mutex;

use mimicred_claims::{Limits, Map, Selection};
use mimicred_sd_jwt::{
    AcceptExpectations, Binding, Code, Container, Decision, Error, Held, HolderPolicy, KeyBinding, TrustedIssuer, TypeRule,
    UnverifiedSdJwt,
};

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

/// Writes down what it is asked, and refuses what it is told to.
#[derive(Default)]
struct Recorder {
    refuse: &'static str,
    asked: Mutex<Vec<String>>,
}

impl Recorder {
    fn note(&self, question: String) -> Decision {
        let is_refused = question == self.refuse;
        self.asked.lock().unwrap().push(question);
        if is_refused { Decision::Refuse("not wanted") } else { Decision::Accept }
    }

    fn of(self, token: &str) -> (Result<Held, Error>, Vec<String>) {
        let (issuers, leaf) = (trusted(), leaf_key());
        let expected = AcceptExpectations { issuers: &issuers, confirmation_key: leaf.public(), clock: clock() };
        let held = UnverifiedSdJwt::parse(token).unwrap().with_policy(&self).accept(&expected);
        (held, self.asked.into_inner().unwrap())
    }
}

fn names(claims: &Map<'_>) -> String {
    claims.iter().map(|(key, _)| key.to_string()).collect::<Vec<_>>().join(" ")
}

impl HolderPolicy for Recorder {
    fn clear_claims(&self, claims: &Map<'_>) -> Decision {
        self.note(format!("clear {} and {} redacted", names(claims), claims.redacted.len()))
    }

    fn container(&self, container: &Container) -> Decision {
        let Container { path, members, digests, decoys } = container;
        self.note(format!("'{path}' has {members}, digests {digests}, decoys {decoys}"))
    }

    fn restored_claims(&self, claims: &Map<'_>) -> Decision {
        self.note(format!("all {}", names(claims)))
    }
}

/// JWT-H-003: what a Holder is asked before she holds a token, decoys told from claims by what the Issuer sent no disclosure for.
#[test]
fn a_policy_sees_clear_claims_containers_and_all_claims() {
    let element = disclosure(r#"["s1","FR"]"#);
    let street = disclosure(r#"["s2","street","Main 1"]"#);
    let inside = format!(r#"["s3","address",{{"country":"DE","_sd":["{}","{}"]}}]"#, digest(&street), digest("decoy 1"));
    let address = disclosure(&inside);
    let members = format!(
        r#""nationalities":["DE",{},{}],"_sd":["{}","{}","{}"]"#,
        self::element(&digest(&element)),
        self::element(&digest("decoy 2")),
        digest(&address),
        digest("decoy 3"),
        digest("decoy 4")
    );
    let token = token(&members, &[&element, &street, &address]);
    let (held, asked) = Recorder::default().of(&token);
    assert!(held.is_ok());
    let expected = [
        "clear iss cnf nationalities and 3 redacted",
        "'' has 4, digests 3, decoys 2",
        "'cnf' has 1, digests 0, decoys 0",
        "'cnf.jwk' has 3, digests 0, decoys 0",
        "'nationalities' has 2, digests 2, decoys 1",
        "'address' has 2, digests 2, decoys 1",
        "all iss cnf nationalities address",
    ];
    assert_eq!(asked, expected);

    for what in [
        "clear iss cnf nationalities and 3 redacted",
        "'address' has 2, digests 2, decoys 1",
        "all iss cnf nationalities address",
    ] {
        let (held, asked) = Recorder { refuse: what, ..Recorder::default() }.of(&token);
        assert_eq!(refused(held), Code::PolicyRefused, "{what}");
        assert_eq!(asked.last().unwrap(), what, "it is the last question");
    }
    // Nobody is asked about what the Issuer did not sign.
    let (held, asked) = Recorder::default().of(&(jwt(HEADER, &payload(&members), by_leaf) + "~"));
    assert_eq!((refused(held), asked), (Code::SignatureIssuer, vec![]));
}

/// JWT-E-017: who expects many disclosures says so, and who expects few may too.
#[test]
fn limits_are_the_holders_choice() {
    let token = issue(CLAIMS, &plan(&PATHS));
    let within = |disclosures| Limits { disclosures, ..Limits::DEFAULT };
    let disclosures = held().disclosed().len();
    assert!(UnverifiedSdJwt::parse_within(token.as_str(), &within(disclosures)).is_ok());
    assert_eq!(refused(UnverifiedSdJwt::parse_within(token.as_str(), &within(disclosures - 1))), Code::Limit);
    let shallow = UnverifiedSdJwt::parse_within(token.as_str(), &Limits { depth: 1, ..Limits::DEFAULT }).unwrap();
    assert_eq!(refused(shallow.reopen(leaf_key().public(), clock())), Code::Limit);

    // More disclosures need more octets.
    let long = format!("{}~", "a".repeat(4 << 20));
    assert_eq!(refused(UnverifiedSdJwt::parse(&long)), Code::Limit);
    assert_eq!(refused(UnverifiedSdJwt::parse_within(&long, &within(20_000))), Code::Format);
}
