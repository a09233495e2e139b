//! mimi-mls.md 3.1 and 5.4: what proves the possession of a key, and what does not.

use mimicred_error::{At, Report};
use mimicred_jose::jws;
use mimicred_keys::{Algorithm, LeafKey, SecretKey, SystemRandom};
use mimicred_x509::{IssuanceBinding, prepare_request};

use super::*;

const BINDING: IssuanceBinding<'_> = IssuanceBinding { issuer: "https://id.a.example", nonce: &[7; 32] };

fn leaf(algorithm: Algorithm) -> LeafKey {
    LeafKey::new(SecretKey::generate(algorithm, &mut SystemRandom).unwrap()).unwrap()
}

fn csr(leaf: &LeafKey) -> String {
    prepare_request(leaf.public(), &BINDING).unwrap().sign(leaf).unwrap().to_pem()
}

fn jwt(leaf: &LeafKey) -> String {
    prepare_proof(leaf.public(), &BINDING, 1_790_000_000).unwrap().sign(leaf).unwrap()
}

/// A JWT by this key of these texts.
fn signed(leaf: &LeafKey, header: &str, payload: &str) -> String {
    let header = mimicred_jose::json::parse(header, &mimicred_jose::json::Limits::DEFAULT).unwrap();
    let to_be_signed = jws::prepare(header.as_map().unwrap(), payload).unwrap();
    let signature = leaf.sign(&to_be_signed).unwrap();
    jws::finish(to_be_signed, signature.as_bytes())
}

fn verdict(text: &str) -> Result<PublicKey, Code> {
    UnverifiedProof::parse(text).and_then(|proof| proof.verify(&BINDING)).map_err(|error| error.code())
}

#[test]
fn both_forms_prove_possession_with_every_key_of_a_leaf() {
    for algorithm in [Algorithm::Ed25519, Algorithm::P256, Algorithm::P384] {
        let leaf = leaf(algorithm);
        for text in [csr(&leaf), jwt(&leaf)] {
            assert_eq!(verdict(&text).as_ref(), Ok(leaf.public()));
        }
    }
}

/// Each claim and parameter of a key proof, wrong by itself.
#[test]
fn a_key_proof_is_exact() {
    let leaf = leaf(Algorithm::Ed25519);
    let jwk = mimicred_jose::json::write_map(&mimicred_jose::jwk::public_members(leaf.public())).unwrap();
    let nonce = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc";
    let header = format!(r#"{{"alg":"EdDSA","typ":"openid4vci-proof+jwt","jwk":{jwk}}}"#);
    let payload = format!(r#"{{"aud":"https://id.a.example","iat":1790000000,"nonce":"{nonce}"}}"#);
    assert_eq!(verdict(&signed(&leaf, &header, &payload)).as_ref(), Ok(leaf.public()));
    let secret =
        mimicred_jose::jwk::secret_text(&SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom).unwrap()).to_string();
    let headers = [
        (header.replace("openid4vci-proof+jwt", "kb+jwt"), Code::ProofInvalid),
        (header.replace(r#""typ":"openid4vci-proof+jwt","#, ""), Code::ProofInvalid),
        (header.replace("EdDSA", "ES256"), Code::ProofInvalid),
        (header.replace("EdDSA", "none"), Code::ProofMalformed),
        (header.replace(&jwk, &secret), Code::ProofMalformed),
        (header.replace(&jwk, "\"key\""), Code::ProofInvalid),
        (header.replace(r#""jwk""#, r#""kid":"k","jwk""#), Code::ProofInvalid),
        (header.replace(r#""jwk""#, r#""crit":[],"jwk""#), Code::ProofMalformed),
    ];
    for (header, code) in headers {
        assert_eq!(verdict(&signed(&leaf, &header, &payload)), Err(code), "{header}");
    }
    let payloads = [
        (payload.replace("id.a.", "id.b."), Code::ProofInvalid),
        (payload.replace(r#""https://id.a.example""#, r#"["https://id.a.example"]"#), Code::ProofInvalid),
        (payload.replace("BwcH", "CwcH"), Code::ProofInvalid),
        (payload.replace(r#""iat":1790000000,"#, ""), Code::ProofInvalid),
        (payload.replace("1790000000", "\"now\""), Code::ProofInvalid),
        (payload.replace('{', "["), Code::ProofMalformed),
        (r#"[1]"#.into(), Code::ProofMalformed),
    ];
    for (payload, code) in payloads {
        assert_eq!(verdict(&signed(&leaf, &header, &payload)), Err(code), "{payload}");
    }
    // By another key than the one in the header.
    let other = self::leaf(Algorithm::Ed25519);
    assert_eq!(verdict(&signed(&other, &header, &payload)), Err(Code::ProofInvalid));
}

/// No octet of either form can be another.
#[test]
fn a_proof_with_any_bit_changed_is_refused() {
    let leaf = leaf(Algorithm::P256);
    for text in [csr(&leaf), jwt(&leaf)] {
        for n in 0..text.len() {
            for bit in 0..7 {
                let mut octets = text.clone().into_bytes();
                octets[n] ^= 1 << bit;
                let Ok(changed) = String::from_utf8(octets) else { continue };
                // The armour of PEM has a line end that may be another, and its label an older spelling.
                if changed.replace(['\r', '\n', ' ', '\t'], "") == text.replace(['\n', ' '], "") {
                    continue;
                }
                assert!(verdict(&changed).is_err(), "octet {n}, bit {bit}");
            }
        }
    }
}

#[test]
fn what_cannot_be_a_leaf_gets_no_pseudonym() {
    let issuer = SecretKey::generate(Algorithm::P521, &mut SystemRandom).unwrap();
    assert_eq!(prepare_proof(issuer.public(), &BINDING, 0).unwrap_err().code(), Code::ProofMalformed);
    let leaf = leaf(Algorithm::Ed25519);
    for binding in [
        IssuanceBinding { issuer: "", ..BINDING },
        IssuanceBinding { nonce: &[7; 15], ..BINDING },
        IssuanceBinding { nonce: &[7; 65], ..BINDING },
    ] {
        assert_eq!(prepare_proof(leaf.public(), &binding, 0).unwrap_err().code(), Code::ProofMalformed);
    }
    // A proof of one key is not finished by another.
    let other = self::leaf(Algorithm::Ed25519);
    let prepared = prepare_proof(leaf.public(), &BINDING, 0).unwrap();
    assert_eq!(prepared.sign(&other).unwrap_err().code(), Code::ProofInvalid);
}

#[test]
fn many_are_read_one_after_the_other() {
    let leaves = [leaf(Algorithm::Ed25519), leaf(Algorithm::P256), leaf(Algorithm::Ed25519)];
    let text = format!("\n{}\r\n\n{}\n{}", jwt(&leaves[0]), csr(&leaves[1]), jwt(&leaves[2]));
    let read = Requests::new(text.as_bytes()).map(|request| request.unwrap().verify(&BINDING).unwrap());
    assert!(read.eq(leaves.iter().map(|leaf| leaf.public().clone())));
    assert_eq!(Requests::new(&b"\n \n"[..]).count(), 0);
}

#[test]
fn what_is_no_request_is_refused_with_its_line() {
    let good = csr(&leaf(Algorithm::Ed25519));
    let endless = "-----BEGIN CERTIFICATE REQUEST-----\n".to_owned() + &"AAAA\n".repeat(2000);
    let cases = [
        (format!("{good}x"), 8),
        (format!("{good}{}", &good[..100]), 9),
        (good.replace("CERTIFICATE REQUEST", "CERTIFICATE"), 1),
        (endless, 814),
        ("a".repeat(5000), 1),
        (format!("{good}{}", "a.".repeat(3000)), 8),
    ];
    for (text, line) in cases {
        let last = Requests::new(text.as_bytes()).last().unwrap().unwrap_err();
        assert_eq!(last.code(), Code::ProofMalformed, "{text}");
        let At::Line(found, 1) = *last.place() else { panic!("{last}") };
        assert!(found == line, "{last}, not {line}");
        // After an error nothing more is read.
        let mut requests = Requests::new(text.as_bytes());
        assert!(requests.by_ref().any(|request| request.is_err()) && requests.next().is_none());
    }
    assert_eq!(Requests::new(&[0xff, b'\n'][..]).next().unwrap().unwrap_err().code(), Code::ProofMalformed);
}
