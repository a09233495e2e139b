//! Whom a Verifier trusts: by name and key, or by certificate.

use mimicred_claims::Value;
use mimicred_keys::{Algorithm, IssuerKey, PublicKey};
use mimicred_sd_cwt::{CertifiedIssuer, Code, TrustedIssuer, UnverifiedPresentation, UnverifiedSdCwt};

use crate::judging::*;
use crate::tokens::*;

const LEAF: &[u8] = b"the certificate of the issuer";
const UPPER: &[u8] = b"the certificate above";

/// CWT-V-003, CWT-H-001, CWT-H-002: who the issuer is, is the Verifier's to say.
#[test]
fn issuers_are_trusted_by_name_and_key() {
    let octets = Draft::new().presentation();
    let (ours, other) = (issuer_key(), IssuerKey::new(secret(Algorithm::Ed25519, 9)));
    let code = |issuers: &[TrustedIssuer]| verify_among(&octets, issuers, |_| {}).map(drop);
    assert_eq!(code(&[]), Err(Code::IssuerUntrusted));
    assert_eq!(code(&[trusted("https://b.example", ours.public())]), Err(Code::IssuerUntrusted));
    assert_eq!(code(&[trusted(ISSUER, other.public())]), Err(Code::SignatureIssuer));
    // Trusted issuer B signed, and the token says A.
    assert_eq!(code(&[trusted(ISSUER, other.public()), trusted("https://b.example", ours.public())]), Err(Code::IssuerUntrusted));
    // The algorithm is none of A's: that is found out before anybody asks whose signature it is (CWT-K-016).
    let p256 = secret(Algorithm::P256, 1).public().clone();
    assert_eq!(code(&[trusted(ISSUER, &p256), trusted("https://b.example", ours.public())]), Err(Code::AlgUnsupported));
    // In a large trust store nobody looks for whose signature it is: a forged token would cost as much as the store is large.
    let many = |others: usize| {
        let others = vec![trusted("https://c.example", other.public()); others];
        [vec![trusted(ISSUER, other.public())], others, vec![trusted("https://b.example", ours.public())]].concat()
    };
    assert_eq!(code(&many(15)), Err(Code::IssuerUntrusted));
    assert_eq!(code(&many(16)), Err(Code::SignatureIssuer));
    // Several keys of one issuer.
    assert_eq!(code(&[trusted(ISSUER, other.public()), trusted(ISSUER, ours.public())]), Ok(()));
    // A valid signature by somebody unknown, who has a name of their own.
    let unknown = Draft::with(|draft| put(&mut draft.claims, 1, Value::from("https://unknown.example")));
    let token = unknown.token_signed_by(&other);
    assert_eq!(accept(&token, holder_key().public()).unwrap_err(), Code::IssuerUntrusted);
}

/// CWT-K-015: a key identifier is a hint to the caller, whose list of keys decides; nothing is fetched, as nothing here can.
#[test]
fn a_key_identifier_licenses_nothing() {
    let attacker = IssuerKey::new(secret(Algorithm::Ed25519, 9));
    let url = b"https://attacker.example/key";
    let draft = |iss: &'static str| {
        Draft::with(|draft| {
            put(&mut draft.protected, 4, bytes(url));
            put(&mut draft.claims, 1, Value::from(iss));
        })
    };
    let signed_by = |draft: Draft, key: &IssuerKey| {
        let kcwt = Some(draft.token_signed_by(key));
        Draft { raw: Raw { kcwt, ..Raw::default() }, ..draft }
    };
    assert_eq!(signed_by(draft("https://attacker.example"), &attacker).refused(), Code::IssuerUntrusted);
    assert_eq!(signed_by(draft(ISSUER), &attacker).refused(), Code::SignatureIssuer);
    // The hint can be read, and changes nothing for the right issuer.
    let octets = draft(ISSUER).presentation();
    assert_eq!(UnverifiedPresentation::parse(&octets).unwrap().key_id(), Some(&url[..]));
    assert!(draft(ISSUER).verify().is_ok());
}

fn certified(chain: Value<'static>) -> Draft {
    Draft::with(|draft| {
        take(&mut draft.claims, 1);
        put(&mut draft.protected, 33, chain);
    })
}

fn entry(certificate: &[u8], issuer: &str, key: &PublicKey) -> CertifiedIssuer {
    CertifiedIssuer { certificate: certificate.to_vec(), issuer: issuer.to_owned(), key: key.clone() }
}

fn verify_trusting(draft: &Draft, issuers: &[CertifiedIssuer]) -> Result<String, Code> {
    let (octets, none) = (draft.presentation(), []);
    let presentation = UnverifiedPresentation::parse(&octets).unwrap().with_certified_issuers(issuers);
    let verified = presentation.verify(&usual(&none)).map_err(|error| error.code())?;
    Ok(verified.issuer().to_owned())
}

/// CWT-I-016, CWT-V-030: without `iss` the certificate in the protected header names the issuer, to whom it is known.
#[test]
fn an_issuer_may_be_named_by_its_certificate() {
    let ours = issuer_key().public().clone();
    let other = secret(Algorithm::Ed25519, 9).public().clone();
    let one = certified(bytes(LEAF));
    let chain = certified(array(vec![bytes(LEAF), bytes(UPPER)]));
    for draft in [&one, &chain] {
        assert_eq!(verify_trusting(draft, &[entry(LEAF, "Example", &ours)]).as_deref(), Ok("Example"));
        assert_eq!(verify_trusting(draft, &[]), Err(Code::IssuerUntrusted));
        assert_eq!(verify_trusting(draft, &[entry(UPPER, "Example", &ours)]), Err(Code::IssuerUntrusted), "not the leaf");
        assert_eq!(verify_trusting(draft, &[entry(LEAF, "Example", &other)]), Err(Code::SignatureIssuer), "another key");
        let p256 = secret(Algorithm::P256, 1).public().clone();
        assert_eq!(verify_trusting(draft, &[entry(LEAF, "Example", &p256)]), Err(Code::AlgUnsupported));
        // Who is trusted by name is not the one whom a certificate names.
        assert_eq!(draft.refused(), Code::IssuerUntrusted);
    }
    // For a Holder likewise.
    let entries = [entry(LEAF, "Example", &ours)];
    let token = chain.token();
    assert_eq!(accept_as(&token, |token| token.with_certified_issuers(&entries)).unwrap().issuer(), "Example");
    assert_eq!(accept_as(&token, |token| token).unwrap_err(), Code::IssuerUntrusted);
}

/// CWT-V-030: neither; and a certificate that is not protected is none.
#[test]
fn an_issuer_must_be_named() {
    let entries = [entry(LEAF, "Example", issuer_key().public())];
    let neither = Draft::with(|draft| take(&mut draft.claims, 1));
    assert_eq!(verify_trusting(&neither, &entries), Err(Code::ClaimMissing));
    assert_eq!(neither.refused(), Code::ClaimMissing);
    assert_eq!(neither.accept().unwrap_err(), Code::ClaimMissing);
    let unprotected = Draft::with(|draft| {
        take(&mut draft.claims, 1);
        put(&mut draft.unprotected, 33, bytes(LEAF));
    });
    assert_eq!(verify_trusting(&unprotected, &entries), Err(Code::ClaimMissing));
}

/// CWT-V-003: with `iss` and a certificate, both must be the same issuer's.
#[test]
fn a_certificate_and_a_name_are_of_one_issuer() {
    let ours = issuer_key().public().clone();
    let both = Draft::with(|draft| put(&mut draft.protected, 33, bytes(LEAF)));
    assert_eq!(verify_trusting(&both, &[entry(LEAF, ISSUER, &ours)]).as_deref(), Ok(ISSUER));
    assert_eq!(verify_trusting(&both, &[entry(LEAF, "https://b.example", &ours)]), Err(Code::IssuerUntrusted));
    assert_eq!(verify_trusting(&both, &[entry(UPPER, ISSUER, &ours)]), Err(Code::IssuerUntrusted));
    // Trust by name is enough, as it is without a certificate.
    assert!(both.verify().is_ok());
}

/// COSE_X509: one certificate, or at least two in an array; in the order of the header.
#[test]
fn a_chain_has_one_form() {
    let chain = |value: Value<'static>| {
        let octets = certified(value).token();
        let token = UnverifiedSdCwt::parse(&octets).map_err(|error| error.code())?;
        Ok(token.x5chain().iter().map(|one| one.to_vec()).collect::<Vec<_>>())
    };
    assert_eq!(chain(bytes(LEAF)), Ok(vec![LEAF.to_vec()]));
    assert_eq!(chain(array(vec![bytes(LEAF), bytes(UPPER)])), Ok(vec![LEAF.to_vec(), UPPER.to_vec()]));
    for bad in [
        array(vec![]),
        array(vec![bytes(LEAF)]),
        array(vec![bytes(LEAF), Value::from("text")]),
        array(vec![bytes(LEAF), bytes(b"")]),
        bytes(b""),
        Value::from("text"),
        Value::Null,
    ] {
        assert_eq!(chain(bad), Err(Code::Header));
    }
    let octets = Draft::new().presentation();
    assert!(UnverifiedPresentation::parse(&octets).unwrap().x5chain().is_empty());
}
