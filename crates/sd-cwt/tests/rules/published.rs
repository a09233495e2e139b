//! The working group's signed examples, of the repository and of revision -08.

mod reissue;

use std::path::PathBuf;

use mimicred_claims::{Clock, Limits, Selection, Value};
use mimicred_cose::cbor::{self, Dialect};
use mimicred_cose::sign1::{self, CwtTag, Sign1};
use mimicred_keys::{IssuerKey, LeafKey, SecretKey, sha256};
use mimicred_sd_cwt::{
    AcceptExpectations, Binding, Code, Error, Expectations, Held, KeyBinding, Nonce, TrustedIssuer, UnverifiedPresentation,
};

use crate::tokens::hex;

const NOW: i64 = 1_725_244_300;
const AUDIENCE: &str = "https://verifier.example/app";

/// A file of the examples, or a note that it is not there.
fn file(name: &str) -> Option<Vec<u8>> {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "../../../shared/vectors/ietf-sd-cwt", name].iter().collect();
    let octets = std::fs::read(path).ok();
    if octets.is_none() {
        // Straight to the stream: the test harness swallows what passing tests print.
        let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("skipped: {name} not present\n"));
    }
    octets
}

fn key(name: &str) -> Option<SecretKey> {
    Some(SecretKey::from_pem(&String::from_utf8(file(name)?).unwrap()).unwrap())
}

fn issuers(key: &SecretKey) -> [TrustedIssuer; 1] {
    [TrustedIssuer { issuer: "https://issuer.example".to_owned(), key: key.public().clone() }]
}

fn accept(token: &[u8], issuer: &SecretKey, holder: &SecretKey, now: i64) -> Result<Held, Error> {
    let clock = Clock { now, leeway: 0 };
    Held::accept(token, &AcceptExpectations { issuers: &issuers(issuer), confirmation_key: holder.public(), clock })
}

/// The folder of each set, and its subject.
const SETS: [(&str, &str); 2] = [("", "https://device.example"), ("draft-08/", "https://holder.example")];

#[test]
fn the_issued_examples_are_accepted() {
    for (folder, subject) in SETS {
        let token = file(&format!("{folder}issuer_cwt.cbor"));
        let (Some(token), Some(issuer), Some(holder)) = (token, key("issuer_privkey.pem"), key("holder_privkey.pem")) else {
            return;
        };
        let held = accept(&token, &issuer, &holder, NOW).unwrap();
        assert_eq!(held.claims().int(2), Some(&Value::from(subject)));
        assert_eq!(held.claims().int(501), Some(&Value::from("ABCD-123456")));
        let mut paths: Vec<_> = held.disclosed().iter().map(|disclosed| disclosed.path.to_string()).collect();
        paths.sort();
        assert_eq!(paths, ["501", "502[0]", "502[1]", "503.postal_code", "503.region"]);
        // Interop: the end of its validity.
        assert_eq!(accept(&token, &issuer, &holder, 1_725_330_600).unwrap_err().code(), Code::Time);
        assert_eq!(accept(&token, &issuer, &holder, 1_725_243_899).unwrap_err().code(), Code::Time);
        assert_eq!(accept(&token, &issuer, &issuer, NOW).unwrap_err().code(), Code::Confirmation);

        // Presented anew with our own KBT.
        let leaf = LeafKey::new(holder).unwrap();
        let binding = Binding { audience: AUDIENCE, nonce: None, issued_at: NOW };
        let selection = Selection::Paths(vec!["503.region".parse().unwrap()]);
        let presentation = held.prepare(&selection, &binding).unwrap().sign(&leaf).unwrap();
        let key_binding = KeyBinding::Required { audience: AUDIENCE, nonce: Nonce::Forbidden, max_age: Some(0) };
        let expected = Expectations {
            issuers: &issuers(&issuer),
            audience_of_token: None,
            key_binding,
            clock: Clock { now: NOW, leeway: 0 },
            limits: Limits::DEFAULT,
        };
        let verified = UnverifiedPresentation::parse(presentation.as_bytes()).unwrap().verify(&expected).unwrap();
        assert_eq!(verified.claims().at(&"503.region".parse().unwrap()), Some(&Value::from("ca")));
        assert_eq!(verified.claims().int(501), None);
        assert_eq!(verified.claims().at(&"502[1]".parse().unwrap()), None);
    }
}

#[test]
fn the_presented_examples_verify() {
    for (folder, subject) in SETS {
        let (Some(octets), Some(issuer)) = (file(&format!("{folder}kbt.cbor")), key("issuer_privkey.pem")) else { return };
        let presentation = UnverifiedPresentation::parse(&octets).unwrap();
        assert_eq!(presentation.bound_at(), Some(1_725_244_237));
        assert_eq!(presentation.issuer(), Some("https://issuer.example"));
        assert_eq!(presentation.key_id(), Some(&b"https://issuer.example/cose-key3"[..]));
        let nonce = hex("8c0f5f523b95bea44a9a48c649240803");
        let trusted = issuers(&issuer);
        let expected = |audience, nonce, now, max_age| Expectations {
            issuers: &trusted,
            audience_of_token: None,
            key_binding: KeyBinding::Required { audience, nonce, max_age },
            clock: Clock { now, leeway: 0 },
            limits: Limits::DEFAULT,
        };
        let exactly = Nonce::Exactly(&nonce);
        let verified = presentation.verify(&expected(AUDIENCE, exactly, NOW, Some(300))).unwrap();
        assert_eq!(verified.issuer(), "https://issuer.example");
        assert_eq!(verified.issued_at(), Some(1_725_244_237));
        assert_eq!(verified.nonce(), Some(&nonce[..]));
        assert_eq!(verified.undisclosed(), 2);
        let claims = verified.claims();
        assert_eq!(claims.int(2), Some(&Value::from(subject)));
        assert_eq!(claims.int(500), Some(&Value::from(true)));
        assert_eq!(claims.int(501), Some(&Value::from("ABCD-123456")));
        assert_eq!(claims.int(502), Some(&Value::Array(vec![Value::Int(1_549_560_720), Value::Int(1_674_004_740)])));
        assert_eq!(claims.at(&"503.region".parse().unwrap()), Some(&Value::from("ca")));
        assert_eq!(claims.at(&"503.country".parse().unwrap()), Some(&Value::from("us")));
        assert_eq!(claims.at(&"503.postal_code".parse().unwrap()), None);
        if let Some(holder) = key("holder_privkey.pem") {
            assert_eq!(verified.confirmation_key(), Some(holder.public()));
        }

        let code = |expected| presentation.verify(&expected).unwrap_err().code();
        assert_eq!(code(expected("https://other.example", exactly, NOW, None)), Code::Audience);
        assert_eq!(code(expected(AUDIENCE, Nonce::Exactly(b"other"), NOW, None)), Code::Nonce);
        assert_eq!(code(expected(AUDIENCE, Nonce::Forbidden, NOW, None)), Code::Nonce);
        assert_eq!(code(expected(AUDIENCE, exactly, NOW, Some(10))), Code::Time);
        assert_eq!(code(expected(AUDIENCE, exactly, 1_725_330_600, None)), Code::Time);
        // At the time of its own making, with freshness left to the caller.
        assert!(presentation.verify(&expected(AUDIENCE, exactly, 1_725_244_237, None)).is_ok());
    }
}

/// Trap 1, CWT-I-009: with the digest that the draft printed in error, and its issuer's own signature, the token is refused.
#[test]
fn the_digest_without_head_is_wrong() {
    let (Some(printed), Some(disclosure)) = (file("first-blinded-hash.txt"), file("first-disclosure.cborseq")) else { return };
    let wrong = hex(&String::from_utf8(printed).unwrap());
    assert_eq!(sha256(&disclosure).to_vec(), wrong);
    let (Some(token), Some(issuer), Some(holder)) =
        (file("issuer_cwt.cbor"), key("issuer_privkey.pem"), key("holder_privkey.pem"))
    else {
        return;
    };
    let sign1 = Sign1::parse(&token, CwtTag::Refused, &cbor::Limits::DEFAULT).unwrap();
    let Value::Map(mut claims) =
        cbor::parse(sign1.payload(), Dialect::Claims { digest_len: 32 }, &cbor::Limits::DEFAULT).unwrap()
    else {
        panic!("a claims map")
    };
    let resign = |claims| {
        let payload = cbor::write(&Value::Map(claims)).unwrap();
        let prepared = sign1::PreparedSign1::new(sign1.protected(), &payload).unwrap();
        let signature = IssuerKey::new(issuer.clone()).sign(prepared.to_be_signed()).unwrap();
        prepared.encode(sign1.unprotected(), signature.as_bytes())
    };
    assert!(accept(&resign(claims.clone()), &issuer, &holder, NOW).is_ok());
    claims.redacted = vec![wrong.into()];
    assert_eq!(accept(&resign(claims), &issuer, &holder, NOW).unwrap_err().code(), Code::DigestUnmatched);
}
