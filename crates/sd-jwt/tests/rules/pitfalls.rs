//! Pitfalls that shipped elsewhere, by their numbers in the survey of comparable tools; each test says what went wrong there. Those
//! that a test of `field`, or of the rules, holds already are named in its comment and do not come again here.

use crate::support::*;
use mimicred_claims::{Redaction, RedactionPlan};
use mimicred_error::{At, Report};
use mimicred_jose::{base64url, json};
use mimicred_keys::{Algorithm, HashAlgorithm, IssuerKey, LeafKey};
use mimicred_sd_jwt::{Code, Error, Issuer, KeyBinding, TrustedIssuer, TypeRule, UnverifiedPresentation, UnverifiedSdJwt};

/// The answer when the digest of this text stands in `_sd` and the text is sent.
fn signed_over(text: &str) -> Result<String, Error> {
    verify_plain(&token(&sd(&[&digest(text)]), &[text])).map(|claims| processed(&claims))
}

/// Pitfall 62: key binding was checked only when both audience and nonce were passed. Here neither can be left out, and an empty one
/// is a value like any other, not a way to ask for nothing. JWT-V-019, JWT-V-024.
#[test]
fn pitfall_62_empty_expectations_are_expectations() {
    let plain = token("", &[]);
    for (audience, nonce, code) in [("", NONCE, Code::Audience), (ROOM, "", Code::Nonce), ("", "", Code::Audience)] {
        let required = KeyBinding::Required { audience, nonce, max_age: None };
        let verify = |text: &str| verify_as(text, TypeRule::AnySdJwt, &expectations(&trusted(), required));
        assert_eq!(refused(verify(&bind(&plain))), code);
        assert_eq!(refused(verify(&plain)), Code::KbMissing);
    }
}

/// Pitfall 62: a token with `cnf` passed with its KB-JWT stripped, and with one that nobody looked at. Without key binding the result
/// says that nothing was proven, and a KB-JWT that is there is refused, not passed over. JWT-V-020, JWT-V-021.
#[test]
fn pitfall_62_what_is_not_checked_is_not_reported() {
    let plain = token("", &[]);
    let issuers = trusted();
    let unbound = UnverifiedPresentation::parse(&plain).unwrap();
    let verified = unbound.verify(&expectations(&issuers, KeyBinding::NotExpected)).unwrap();
    assert_eq!((verified.audience(), verified.nonce(), verified.issued_at()), (None, None, None));
    let by_other = plain.clone() + &jwt(KB_HEADER, &object(&kb_claims(&plain)), by_issuer);
    assert_eq!(refused(verify_plain(&by_other)), Code::KbUnexpected);
}

/// Pitfall 65: lossy decoding dropped a claim instead of failing. Disclosures that are not UTF-8, or text that no scalar value
/// stands for, are refused although their digests are signed. JWT-E-006.
#[test]
fn pitfall_65_bad_text_is_refused_and_not_dropped() {
    let around = |octets: &[u8]| [b"[\"s1\",\"name\",\"", octets, b"\"]"].concat();
    for (what, octets) in [
        ("an octet that never occurs", b"\xff".as_slice()),
        ("a character cut short", b"M\xc3"),
        ("an overlong slash", b"\xc0\xaf"),
        ("a surrogate in UTF-8", b"\xed\xa0\x80"),
        ("above U+10FFFF", b"\xf4\x90\x80\x80"),
        ("half of an escaped pair", br"\ud83d"),
        ("a pair the wrong way round", br"\ude00\ud83d"),
        ("a control character", b"\x00"),
    ] {
        let error = signed_over(&base64url::encode(&around(octets))).unwrap_err();
        assert_eq!((error.code(), error.place()), (Code::DisclosureMalformed, &At::Disclosure(0)), "{what}");
    }
    assert_eq!(signed_over(&base64url::encode(&around("Mö".as_bytes()))).unwrap(), r#"{"name":"Mö"}"#);
}

/// Pitfall 65: likewise base64url with a character that is skipped, or of the other alphabet. JWT-E-005.
#[test]
fn pitfall_65_bad_base64url_is_refused_and_not_dropped() {
    let good = disclosure(r#"["s1","name","??>"]"#);
    assert!(good.contains('_') || good.contains('-'), "the alphabets differ in {good}");
    assert!(signed_over(&good).is_ok());
    let standard = good.replace('_', "/").replace('-', "+");
    for bad in [standard, format!("{good}="), format!(" {good}"), good.replacen('W', "W\n", 1), format!("{good}!")] {
        let error = signed_over(&bad).unwrap_err();
        assert_eq!((error.code(), error.place()), (Code::B64Malformed, &At::Disclosure(0)), "{bad:?}");
    }
}

/// Pitfall 66: the header named one algorithm and another one verified. One issuer has two keys; a signature by one under the name
/// of the other's algorithm is worth nothing. So with the Holder's. JWT-V-001, JWT-V-022, JWT-K-005.
#[test]
fn pitfall_66_the_algorithm_named_is_the_one_used() {
    let p256 = IssuerKey::new(secret(Algorithm::P256, 5));
    let mut issuers = trusted();
    issuers.push(TrustedIssuer { issuer: ISS.to_owned(), key: p256.public().clone() });
    let p256_leaf = LeafKey::new(secret(Algorithm::P256, 6)).unwrap();
    let payload = format!(r#"{{"iss":"{ISS}",{}}}"#, cnf(p256_leaf.public()));
    let verify_by = |alg: &str, kb_alg: &str| {
        let issuer_jwt = jwt(&HEADER.replace("EdDSA", alg), &payload, |tbs| p256.sign(tbs).unwrap().into_bytes());
        let token = issuer_jwt + "~";
        let kb_header = KB_HEADER.replace("EdDSA", kb_alg);
        let kb = jwt(&kb_header, &object(&kb_claims(&token)), |tbs| p256_leaf.sign(tbs).unwrap().into_bytes());
        verify_as(&format!("{token}{kb}"), TypeRule::AnySdJwt, &expectations(&issuers, required()))
    };
    assert!(verify_by("ES256", "ES256").is_ok());
    assert_eq!(refused(verify_by("EdDSA", "ES256")), Code::SignatureIssuer, "the key of that name did not sign");
    assert_eq!(refused(verify_by("ES384", "ES256")), Code::AlgUnsupported, "no key of that name");
    for kb_alg in ["EdDSA", "ES384", "HS256", "none"] {
        assert_eq!(refused(verify_by("ES256", kb_alg)), Code::AlgUnsupported, "{kb_alg}");
    }
}

/// Pitfall 67: hashes other than SHA-256 were not there, and truncated ones were. Each hash of ours is used for disclosures and for
/// `sd_hash`; a digest of another one, or cut short, is a digest of nothing. JWT-V-003, JWT-E-011, JWT-P-005.
#[test]
fn pitfall_67_every_hash_in_full() {
    let name = disclosure(r#"["s1","name","Alice"]"#);
    let octets = |hash: HashAlgorithm| hash.digest(name.as_bytes()).to_vec();
    let verify_with = |alg: &str, digest: &[u8]| {
        let members = format!(r#""_sd_alg":"{alg}",{}"#, sd(&[&base64url::encode(digest)]));
        verify_plain(&token(&members, &[&name]))
    };
    let all = [("sha-256", HashAlgorithm::Sha256), ("sha-384", HashAlgorithm::Sha384), ("sha-512", HashAlgorithm::Sha512)];
    for (alg, hash) in all {
        assert_eq!(processed(&verify_with(alg, &octets(hash)).unwrap()), r#"{"name":"Alice"}"#);
        assert_eq!(refused(verify_with(alg, &octets(hash)[..16])), Code::DisclosureUnmatched, "{alg}, half of it");
        for (other, _) in all.iter().filter(|(_, other)| *other != hash) {
            assert_eq!(refused(verify_with(other, &octets(hash))), Code::DisclosureUnmatched, "{alg} for {other}");
        }
    }
    for truncated in ["sha-256-128", "sha-256-120", "sha-256-96", "sha-256-64", "sha-256-32"] {
        assert_eq!(refused(verify_with(truncated, &octets(HashAlgorithm::Sha256)[..16])), Code::AlgUnsupported, "{truncated}");
    }
}

/// Pitfall 69: the dates of the credential were shadowed by those of the key binding, so that an expired one passed. JWT-V-017,
/// JWT-V-026.
#[test]
fn pitfall_69_both_have_to_be_valid() {
    let ends = |token_exp: i64, kb_exp: i64| {
        let members = format!(r#""exp":{token_exp}"#);
        verify(&bind_with(&token(&members, &[]), "exp", &kb_exp.to_string()))
    };
    assert!(ends(NOW + 1, NOW + 1).is_ok());
    assert_eq!(refused(ends(NOW, NOW + 1)), Code::Time);
    assert_eq!(refused(ends(NOW + 1, NOW)), Code::Time);
    let begins = |token_nbf: i64, kb_nbf: i64| {
        let members = format!(r#""nbf":{token_nbf}"#);
        verify(&bind_with(&token(&members, &[]), "nbf", &kb_nbf.to_string()))
    };
    assert!(begins(NOW, NOW).is_ok());
    assert_eq!(refused(begins(NOW + 1, NOW)), Code::Time);
    assert_eq!(refused(begins(NOW, NOW + 1)), Code::Time);
}

/// Pitfall 70: an issuer or audience was expected, the claim was absent, and that passed. Here the issuer is known by its key, so
/// without `iss` too nobody else's token passes; `aud` and `nonce` of the key binding must be there. JWT-V-002, JWT-V-024, JWT-P-004.
#[test]
fn pitfall_70_absent_is_not_equal() {
    let nameless = |sign: fn(&mimicred_keys::ToBeSigned) -> Vec<u8>| jwt(HEADER, "{}", sign) + "~";
    assert!(verify_plain(&nameless(by_issuer)).is_ok());
    assert_eq!(refused(verify_plain(&nameless(by_leaf))), Code::SignatureIssuer);
    assert_eq!(
        refused(verify_as(&nameless(by_issuer), TypeRule::AnySdJwt, &expectations(&[], KeyBinding::NotExpected))),
        Code::IssuerUntrusted
    );
    for name in ["aud", "nonce"] {
        assert_eq!(refused(verify(&bind_with(&token("", &[]), name, ""))), Code::ClaimMissing, "{name}");
        assert_eq!(refused(verify(&bind_with(&token("", &[]), name, "null"))), Code::ClaimType, "{name}");
    }
}

/// Pitfall 71: an `aud` with further recipients passed. That of the key binding is one text, ours. JWT-P-004, JWT-V-024, trap 17.
#[test]
fn pitfall_71_no_further_recipients() {
    let for_whom = |aud: &str| verify(&bind_with(&token("", &[]), "aud", aud));
    assert!(for_whom(&format!("\"{ROOM}\"")).is_ok());
    for aud in [format!(r#"["{ROOM}","https://evil.example"]"#), format!(r#"["https://evil.example","{ROOM}"]"#)] {
        assert_eq!(refused(for_whom(&aud)), Code::ClaimType, "{aud}");
    }
    assert_eq!(refused(for_whom(&format!("\"{ROOM} https://evil.example\""))), Code::Audience);
}

/// Pitfall 73: what was signed was written anew before it was verified. Headers and payloads in a spelling that no writer of ours has
/// verify as they were sent. JWT-V-001, JWT-V-022.
#[test]
fn pitfall_73_nothing_is_written_anew() {
    let header = "{ \"typ\" : \"x+sd\\u002djwt\",\r\n\t\"alg\":\"Ed\\u0044SA\", \"x\":1.0e0 }";
    let payload = format!("\n{{ \"iss\" : \"{}\" , {} }}\t", ISS.replace('/', "\\/"), cnf(leaf_key().public()));
    let token = token_of(header, &payload, &[]);
    let kb_header = "{\"typ\":\"kb\\u002bjwt\" , \"alg\":\"EdDSA\"}";
    let bound = token.clone() + &jwt(kb_header, &format!(" {} ", object(&kb_claims(&token))), by_leaf);
    assert_eq!(processed(&verify(&bound).unwrap()), "{}");
}

/// Pitfall 74: a panic on what came over the wire. Characters above U+FFFF in names and values, escaped or not, and texts that are no
/// token at all. JWT-E-006, JWT-E-001.
#[test]
fn pitfall_74_nothing_panics() {
    for json in [r#"["s1","😀","\ud83d\ude00"]"#, r#"["s1","\uD83D\uDE00","😀"]"#, r#"["\ud83e\udd80","😀","😀"]"#] {
        assert_eq!(signed_over(&disclosure(json)).unwrap(), r#"{"😀":"😀"}"#, "{json}");
    }
    for (text, code) in [
        ("", Code::Format),
        ("~", Code::Format),
        ("~~", Code::Format),
        ("no tilde", Code::Format),
        ("😀", Code::Format),
        ("😀~", Code::Format),
        ("😀.😀.😀~", Code::B64Malformed),
        ("a.b.c~😀~", Code::B64Malformed),
    ] {
        assert_eq!(refused(UnverifiedPresentation::parse(text)), code, "{text}");
        assert_eq!(refused(UnverifiedSdJwt::parse(text)), code, "{text}");
    }
    // A character cut in two by whoever slices octets, in each of the places of a presentation.
    let good = bind(&token("", &[]));
    for at in [0, 1, good.len() / 2, good.len() - 1, good.len()] {
        let text = format!("{}😀{}", &good[..at], &good[at..]);
        assert!(UnverifiedPresentation::parse(&text).is_err(), "at {at}");
    }
}

/// Pitfall 75: equal salts or a date of the second linked the tokens of a batch. Two tokens of the same claims share no disclosure and
/// no digest, and no date is added that the caller did not give; the confirmation key is the caller's to change. JWT-I-004.
#[test]
fn pitfall_75_a_batch_shares_nothing() {
    let claims = r#"{"iss":"https://id.a.example","name":"Alice","list":["a"]}"#;
    let mut random = Counting::default();
    let plan = RedactionPlan::new(Redaction::All).with_min_digests(4);
    let mut seen = std::collections::HashSet::new();
    for octet in [21, 22] {
        let leaf = LeafKey::new(secret(Algorithm::Ed25519, octet)).unwrap();
        let key = issuer_key();
        let prepared = Issuer::new(key.public()).prepare(read(claims), Some(leaf.public()), &plan, &mut random).unwrap();
        let token = prepared.sign(&key).unwrap();
        let (payload, disclosures) = decoded(token.as_str());
        let payload = read(&payload);
        let mut names: Vec<_> = payload.iter().map(|(name, _)| name.to_string()).collect();
        names.sort();
        assert_eq!(names, ["_sd", "_sd_alg", "cnf", "iss"]);
        // name, list and its element; and name, list and two decoys as digests.
        assert_eq!((disclosures.len(), digests(&payload).len()), (3, 4));
        let cnf = json::write(payload.text("cnf").unwrap()).unwrap();
        for shared in disclosures.into_iter().chain(digests(&payload)).chain([cnf]) {
            assert!(seen.insert(shared.clone()), "{shared} stands in both");
        }
    }
}
