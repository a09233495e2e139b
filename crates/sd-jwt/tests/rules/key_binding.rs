//! JWT-P, JWT-V-019 to JWT-V-026 and JWT-K: the KB-JWT and the key it is signed with.

use crate::support::*;
use mimicred_claims::{Clock, Selection};
use mimicred_error::{At, Report};
use mimicred_jose::{base64url, jwk};
use mimicred_keys::{Algorithm, HashAlgorithm, LeafKey, PublicKey};
use mimicred_sd_jwt::{
    AcceptExpectations, Binding, Code, Confirmation, Expectations, Issuer, KeyBinding, KnownKey, TypeRule,
    UnverifiedPresentation, UnverifiedSdJwt,
};

fn name() -> String {
    disclosure(r#"["s1","name","Alice"]"#)
}

fn with_name() -> String {
    let name = name();
    token(&format!(r#""_sd":["{}"]"#, digest(&name)), &[&name])
}

/// JWT-V-019, JWT-V-020, trap 4; pitfall 62.
#[test]
fn the_verifier_decides_beforehand() {
    let plain = with_name();
    let bound = bind(&plain);
    assert!(verify(&bound).is_ok());
    assert!(verify_plain(&plain).is_ok());
    assert_eq!(refused(verify(&plain)), Code::KbMissing, "stripped");
    assert_eq!(refused(verify_plain(&bound)), Code::KbUnexpected);
    // A broken one does not pass for none.
    assert_eq!(refused(verify_plain(&format!("{plain}k.l.m"))), Code::B64Malformed);
}

/// JWT-P-003, JWT-V-022, trap 18; pitfall 61.
#[test]
fn the_type_is_exactly_kb_jwt() {
    let plain = with_name();
    let with_header = |header: &str| verify(&(plain.clone() + &jwt(header, &object(&kb_claims(&plain)), by_leaf)));
    for typ in ["JWT", "jwt", "KB+JWT", "application/kb+jwt", "mimi-identity+sd-jwt", "kb+jwt "] {
        let error = with_header(&format!(r#"{{"alg":"EdDSA","typ":"{typ}"}}"#)).unwrap_err();
        assert_eq!((error.code(), error.place()), (Code::TypeMismatch, &At::Header("typ".into())), "{typ}");
    }
    assert_eq!(refused(with_header(r#"{"alg":"EdDSA"}"#)), Code::TypeMismatch);
    assert_eq!(refused(with_header(r#"{"alg":"none","typ":"kb+jwt"}"#)), Code::AlgUnsupported);
    assert_eq!(refused(with_header(r#"{"alg":"ES256","typ":"kb+jwt"}"#)), Code::AlgUnsupported, "JWT-K-005");
    assert_eq!(refused(with_header(r#"{"alg":"EdDSA","typ":"kb+jwt","crit":["b64"],"b64":true}"#)), Code::Header);
    assert!(with_header(r#"{"alg":"Ed25519","typ":"kb+jwt","kid":"1"}"#).is_ok());
    // JWT-K-004: it brings no key of its own.
    for key in [r#""jwk":{}"#, r#""jku":"https://evil.example""#, r#""x5u":"https://evil.example""#, r#""x5c":[]"#] {
        assert_eq!(refused(with_header(&format!(r#"{{"alg":"EdDSA","typ":"kb+jwt",{key}}}"#))), Code::Header, "{key}");
    }
}

/// JWT-P-004, JWT-V-024, trap 17; pitfall 61.
#[test]
fn its_claims_are_all_there() {
    let plain = with_name();
    for name in ["iat", "aud", "nonce", "sd_hash"] {
        let error = verify(&bind_with(&plain, name, "")).unwrap_err();
        assert_eq!((error.code(), error.place()), (Code::ClaimMissing, &At::Field(name.into())));
        let error = verify(&bind_with(&plain, name, "[]")).unwrap_err();
        assert_eq!((error.code(), error.place()), (Code::ClaimType, &At::Field(name.into())));
    }
    assert_eq!(refused(verify(&bind_with(&plain, "aud", &format!("[\"{ROOM}\"]")))), Code::ClaimType);
    assert_eq!(refused(verify(&bind_with(&plain, "nonce", "1234567890"))), Code::ClaimType);
    assert_eq!(refused(verify(&bind_with(&plain, "aud", "\"mimi://hub.example/r/other\""))), Code::Audience);
    assert_eq!(refused(verify(&bind_with(&plain, "aud", &format!("\"{ROOM}/\"")))), Code::Audience);
    assert_eq!(refused(verify(&bind_with(&plain, "nonce", "\"another\""))), Code::Nonce);
    assert_eq!(refused(verify(&bind_with(&plain, "nonce", "\"\""))), Code::Nonce);
    // Trap 29: the name that drafts had.
    let hash = kb_claims(&plain).pop().unwrap().1;
    let mut claims = kb_claims(&plain);
    claims.pop();
    claims.push(("_sd_hash", hash));
    assert_eq!(refused(verify(&(plain.clone() + &jwt(KB_HEADER, &object(&claims), by_leaf)))), Code::ClaimMissing);
    // JWT-P-006: what others add is ignored.
    assert!(verify(&bind_with(&plain, "jti", "\"x\"")).is_ok());
}

/// JWT-P-005, JWT-P-008, JWT-V-025, trap 3; pitfall 61.
#[test]
fn it_covers_exactly_what_is_sent() {
    let (name, mail) = (name(), disclosure(r#"["s2","email","a@a.example"]"#));
    let members = format!(r#""_sd":["{}","{}"]"#, digest(&name), digest(&mail));
    let both = bind(&token(&members, &[&name, &mail]));
    let kb = both.rsplit('~').next().unwrap();
    assert!(verify(&both).is_ok());
    for (what, others) in [
        ("dropped", token(&members, &[&name])),
        ("dropped all", token(&members, &[])),
        ("reordered", token(&members, &[&mail, &name])),
        ("another Issuer JWT", token(&format!(r#"{members},"x":1"#), &[&name, &mail])),
    ] {
        assert_eq!(refused(verify(&format!("{others}{kb}"))), Code::SdHash, "{what}");
    }
    let one = bind(&token(&members, &[&name]));
    assert_eq!(
        refused(verify(&format!("{}{}", token(&members, &[&name, &mail]), one.rsplit('~').next().unwrap()))),
        Code::SdHash,
        "added"
    );

    let plain = token(&members, &[]);
    assert!(verify(&bind(&plain)).is_ok(), "jwt~ is hashed with its tilde");
    let without_tilde = format!("\"{}\"", digest(plain.strip_suffix('~').unwrap()));
    assert_eq!(refused(verify(&bind_with(&plain, "sd_hash", &without_tilde))), Code::SdHash);
    let over_nothing = format!("\"{}\"", digest(""));
    assert_eq!(refused(verify(&bind_with(&plain, "sd_hash", &over_nothing))), Code::SdHash);
}

/// JWT-P-005: the hash is that of `_sd_alg`.
#[test]
fn its_hash_is_that_of_the_token() {
    let plain = token(r#""_sd_alg":"sha-512""#, &[]);
    let sha_512 = base64url::encode(&HashAlgorithm::Sha512.digest(plain.as_bytes()));
    assert!(verify(&bind_with(&plain, "sd_hash", &format!("\"{sha_512}\""))).is_ok());
    assert_eq!(refused(verify(&bind(&plain))), Code::SdHash, "sha-256 all the same");
}

/// JWT-P-007, JWT-V-022, JWT-K-001.
#[test]
fn it_is_signed_with_the_confirmation_key() {
    let plain = with_name();
    let claims = object(&kb_claims(&plain));
    let by_other = plain.clone() + &jwt(KB_HEADER, &claims, |tbs| other_leaf_key().sign(tbs).unwrap().into_bytes());
    assert_eq!(refused(verify(&by_other)), Code::SignatureHolder);
    let by_issuer = plain.clone() + &jwt(KB_HEADER, &claims, by_issuer);
    assert_eq!(refused(verify(&by_issuer)), Code::SignatureHolder);
    // The Issuer's JWT in its place is none.
    assert_eq!(refused(verify(&format!("{plain}{}", plain.split('~').next().unwrap()))), Code::TypeMismatch);
    // And a KB-JWT in the Issuer's place is no token (JWT-V-027).
    let kb = bind(&plain).rsplit('~').next().unwrap().to_owned();
    assert_eq!(refused(verify_plain(&format!("{kb}~"))), Code::TypeMismatch);
}

/// JWT-K-001, JWT-K-002, JWT-K-003, trap 24.
#[test]
fn cnf_names_one_public_key() {
    let leaf = leaf_key();
    let of = |cnf: &str| token_of(HEADER, &format!(r#"{{"iss":"{ISS}"{cnf}}}"#), &[]);
    let jwk_text = cnf(leaf.public()).split_once("\"jwk\":").unwrap().1.strip_suffix('}').unwrap().to_owned();
    // The right private key: nothing is wrong but that it is there.
    let with_d = jwk::secret_text(&secret(Algorithm::Ed25519, 2)).to_string();
    assert!(with_d.contains(jwk_text.trim_end_matches('}')) && with_d.contains("\"d\""));
    let other = cnf(other_leaf_key().public()).split_once("\"jwk\":").unwrap().1.strip_suffix('}').unwrap().to_owned();
    let thumbprint = jwk::thumbprint(leaf.public());
    for bad in [
        String::new(),
        r#","cnf":null"#.to_owned(),
        r#","cnf":{}"#.to_owned(),
        r#","cnf":{"kid":"1"}"#.to_owned(),
        format!(r#","cnf":{jwk_text}"#),
        r#","cnf":{"jwk":"text"}"#.to_owned(),
        r#","cnf":{"jwk":{"kty":"RSA","n":"AQAB","e":"AQAB"}}"#.to_owned(),
        format!(r#","cnf":{{"jwk":{with_d}}}"#),
        format!(r#","cnf":{{"jwk":[{jwk_text},{other}]}}"#),
        format!(r#","cnf":{{"jwk":{jwk_text},"jku":"https://evil.example"}}"#),
        format!(r#","cnf":{{"jwk":{jwk_text},"jwe":"x"}}"#),
        format!(r#","cnf":{{"jwk":{jwk_text},"jkt":"{}"}}"#, jwk::thumbprint(other_leaf_key().public())),
        format!(r#","cnf":{{"jkt":"{thumbprint}"}}"#),
    ] {
        assert_eq!(refused(verify(&bind(&of(&bad)))), Code::Confirmation, "{bad}");
        assert!(verify_plain(&of(&bad)).is_ok(), "not needed, not looked at: {bad}");
    }
    for good in
        [format!(r#","cnf":{{"jwk":{jwk_text},"kid":"1"}}"#), format!(r#","cnf":{{"jwk":{jwk_text},"jkt":"{thumbprint}"}}"#)]
    {
        assert!(verify(&bind(&of(&good))).is_ok(), "{good}");
    }
    // The Holder knows her key, so a thumbprint is enough for her.
    assert!(accept(&of(&format!(r#","cnf":{{"jkt":"{thumbprint}"}}"#))).is_ok());
    assert_eq!(refused(accept(&of(&format!(r#","cnf":{{"jkt":"{thumbprint}","jku":"x"}}"#)))), Code::Confirmation);
    assert_eq!(refused(accept(&of(&format!(r#","cnf":{{"jwk":{other}}}"#)))), Code::Confirmation);
    assert_eq!(refused(accept(&of(""))), Code::Confirmation);
}

/// JWT-K-006: in plain SD-JWT `cnf`, or the key in it, may be a disclosure.
#[test]
fn cnf_may_be_disclosed() {
    let leaf = leaf_key();
    let value = cnf(leaf.public());
    let (whole, jwk_value) =
        (value.strip_prefix("\"cnf\":").unwrap(), value.split_once("\"jwk\":").unwrap().1.strip_suffix('}').unwrap());
    let all = disclosure(&format!(r#"["s","cnf",{whole}]"#));
    let part = disclosure(&format!(r#"["s","jwk",{jwk_value}]"#));
    let of = |members: String, disclosures: &[&str]| token_of(HEADER, &format!(r#"{{"iss":"{ISS}",{members}}}"#), disclosures);
    let digest_of = |text: &str| format!(r#""_sd":["{}"]"#, digest(text));
    assert!(verify(&bind(&of(digest_of(&all), &[&all]))).is_ok());
    assert_eq!(refused(verify(&bind(&of(digest_of(&all), &[])))), Code::Confirmation, "withheld");
    assert!(verify(&bind(&of(format!(r#""cnf":{{{}}}"#, digest_of(&part)), &[&part]))).is_ok());
    assert_eq!(refused(verify(&bind(&of(format!(r#""cnf":{{{}}}"#, digest_of(&part)), &[])))), Code::Confirmation);
    // What is disclosed beside the key counts as if it had been in clear: a thumbprint must be the key's own (JWT-K-002).
    for (thumbprint_of, ok) in [(leaf.public(), true), (other_leaf_key().public(), false)] {
        let beside = disclosure(&format!(r#"["s","jkt","{}"]"#, jwk::thumbprint(thumbprint_of)));
        let members = format!(r#""cnf":{{"jwk":{jwk_value},{}}}"#, digest_of(&beside));
        let verified = verify(&bind(&of(members, &[&beside])));
        if ok { assert!(verified.is_ok()) } else { assert_eq!(refused(verified), Code::Confirmation) }
    }
    // Then too the signature must be of that key.
    let plain = of(digest_of(&all), &[&all]);
    let by_other =
        plain.clone() + &jwt(KB_HEADER, &object(&kb_claims(&plain)), |tbs| other_leaf_key().sign(tbs).unwrap().into_bytes());
    assert_eq!(refused(verify(&by_other)), Code::SignatureHolder);
}

/// JWT-V-023, JWT-T-004.
#[test]
fn it_is_fresh() {
    let plain = with_name();
    let at = |iat: i64, leeway: u32| {
        let issuers = trusted();
        let expected = Expectations { clock: Clock { now: NOW, leeway }, ..expectations(&issuers, required()) };
        verify_as(&bind_with(&plain, "iat", &iat.to_string()), TypeRule::AnySdJwt, &expected)
    };
    assert!(at(NOW, 0).is_ok());
    assert!(at(NOW - 300, 0).is_ok());
    let old = at(NOW - 301, 0).unwrap_err();
    assert_eq!((old.code(), old.place()), (Code::Time, &At::Field("iat".into())));
    assert_eq!(refused(at(NOW - 86_400, 0)), Code::Time);
    assert_eq!(refused(at(NOW + 1, 0)), Code::Time, "from the future");
    assert!(at(NOW + 30, 30).is_ok() && at(NOW - 330, 30).is_ok());
    assert_eq!(refused(at(NOW + 31, 30)), Code::Time);
    assert_eq!(refused(at(NOW - 331, 30)), Code::Time);
    // Without a limit, age is the caller's business; the future never is.
    let unlimited = |iat: i64| {
        let key_binding = KeyBinding::Required { audience: ROOM, nonce: NONCE, max_age: None };
        verify_as(&bind_with(&plain, "iat", &iat.to_string()), TypeRule::AnySdJwt, &expectations(&trusted(), key_binding))
    };
    assert!(unlimited(0).is_ok());
    assert_eq!(refused(unlimited(NOW + 1)), Code::Time);
    let far = bind_with(&plain, "iat", &format!("-{}", i128::MAX));
    let key_binding = KeyBinding::Required { audience: ROOM, nonce: NONCE, max_age: None };
    assert_eq!(refused(verify_as(&far, TypeRule::AnySdJwt, &expectations(&trusted(), key_binding))), Code::ClaimType);
}

/// JWT-V-026.
#[test]
fn it_is_a_valid_jwt_otherwise() {
    let plain = with_name();
    for (name, value, ok) in [("exp", NOW + 1, true), ("exp", NOW, false), ("nbf", NOW, true), ("nbf", NOW + 1, false)] {
        let result = verify(&bind_with(&plain, name, &value.to_string()));
        assert_eq!(result.is_ok(), ok, "{name} {value}");
        if let Err(error) = result {
            assert_eq!((error.code(), error.place()), (Code::Time, &At::Field(name.into())));
        }
    }
    assert_eq!(refused(verify(&bind_with(&plain, "exp", "\"soon\""))), Code::ClaimType);
}

/// What the Holder makes: every leaf algorithm, two-step signing, the exact header and claims.
#[test]
fn the_holder_makes_it() {
    for algorithm in [Algorithm::Ed25519, Algorithm::P256, Algorithm::P384] {
        let leaf = LeafKey::new(secret(algorithm, 7)).unwrap();
        let name = name();
        let payload = format!(r#"{{"iss":"{ISS}",{},"_sd":["{}"]}}"#, cnf(leaf.public()), digest(&name));
        let issuers = trusted();
        let expected = AcceptExpectations { issuers: &issuers, confirmation_key: leaf.public(), clock: clock() };
        let held = mimicred_sd_jwt::Held::accept(&token_of(HEADER, &payload, &[&name]), &expected).unwrap();
        let binding = Binding { audience: ROOM, nonce: NONCE, issued_at: NOW };
        let prepare = || held.prepare(&Selection::All, &binding).unwrap();

        assert_eq!(prepare().revealed()[0].to_string(), "name");
        let signature = leaf.sign(prepare().to_be_signed()).unwrap();
        assert_eq!(signature.as_bytes().len(), algorithm.signature_len());
        let presentation = prepare().finish(signature.as_bytes()).unwrap();
        assert!(verify(presentation.as_str()).is_ok());
        assert!(verify(prepare().sign(&leaf).unwrap().as_str()).is_ok());
        assert_eq!(prepare().finish(&vec![1; algorithm.signature_len()]).unwrap_err().code(), Code::SignatureHolder);
        assert_eq!(prepare().sign(&other_leaf_key()).unwrap_err().code(), Code::KeyMismatch);

        let (bound, kb) = presentation.as_str().rsplit_once('~').unwrap();
        let part = |n: usize| String::from_utf8(base64url::decode(kb.split('.').nth(n).unwrap()).unwrap()).unwrap();
        let alg = match algorithm {
            Algorithm::Ed25519 => "EdDSA",
            Algorithm::P256 => "ES256",
            _ => "ES384",
        };
        assert_eq!(part(0), format!(r#"{{"alg":"{alg}","typ":"kb+jwt"}}"#));
        let sd_hash = digest(&format!("{bound}~"));
        assert_eq!(part(1), format!(r#"{{"iat":{NOW},"aud":"{ROOM}","nonce":"{NONCE}","sd_hash":"{sd_hash}"}}"#));
    }
}

#[test]
fn what_others_choose_is_bounded() {
    let held = accept(&with_name()).unwrap();
    let long = "x".repeat(2049);
    for binding in
        [Binding { audience: &long, nonce: NONCE, issued_at: NOW }, Binding { audience: ROOM, nonce: &long, issued_at: NOW }]
    {
        assert_eq!(refused(held.prepare(&Selection::None, &binding)), Code::Limit);
    }
    // The longest that a Holder signs, a Verifier reads.
    let longest = "x".repeat(2048);
    let binding = Binding { audience: &longest, nonce: &longest, issued_at: NOW };
    let presentation = held.prepare(&Selection::None, &binding).unwrap().sign(&leaf_key()).unwrap();
    let wanted = KeyBinding::Required { audience: &longest, nonce: &longest, max_age: Some(300) };
    assert!(verify_as(presentation.as_str(), TypeRule::AnySdJwt, &expectations(&trusted(), wanted)).is_ok());
}

/// JWT-K-003: a thumbprint or a key identifier names a key that the Verifier knows from elsewhere; the binding must be by that key.
#[test]
fn a_key_may_be_known_from_elsewhere() {
    let (leaf, other) = (leaf_key(), other_leaf_key());
    let known = |key_id: Option<&str>, key: &PublicKey| KnownKey { key_id: key_id.map(str::to_owned), key: key.clone() };
    let verify_with = |cnf: &str, known: &[KnownKey]| {
        let token = token_of(HEADER, &format!(r#"{{"iss":"{ISS}","cnf":{cnf}}}"#), &[]);
        let bound = bind(&token);
        let presentation = UnverifiedPresentation::parse(&bound).unwrap().with_known_keys(known);
        presentation.verify(&expectations(&trusted(), required())).map(|verified| verified.confirmation_key().cloned())
    };
    let by_thumbprint = format!(r#"{{"jkt":"{}"}}"#, jwk::thumbprint(leaf.public()));
    let (ours, theirs) = (known(Some("1"), leaf.public()), known(Some("2"), other.public()));
    for cnf in [by_thumbprint.as_str(), r#"{"kid":"1"}"#] {
        assert_eq!(verify_with(cnf, &[theirs.clone(), ours.clone()]).unwrap().as_ref(), Some(leaf.public()), "{cnf}");
        assert_eq!(refused(verify_with(cnf, &[])), Code::Confirmation, "{cnf}");
        assert_eq!(refused(verify_with(cnf, std::slice::from_ref(&theirs))), Code::Confirmation, "{cnf}");
    }
    // Named like ours, and another's: who knows that key under that name expects its signature.
    assert_eq!(refused(verify_with(r#"{"kid":"1"}"#, &[known(Some("1"), other.public())])), Code::SignatureHolder);
    let ambiguous = [ours.clone(), known(Some("1"), other.public())];
    assert_eq!(refused(verify_with(r#"{"kid":"1"}"#, &ambiguous)), Code::Confirmation);
    assert!(verify_with(r#"{"kid":"1"}"#, &[ours.clone(), ours.clone()]).is_ok());
    assert_eq!(refused(verify_with(r#"{"kid":"1"}"#, &[known(None, leaf.public())])), Code::Confirmation);
}

/// JWT-K-003, JWT-H-002: the Holder knows the thumbprint of her own key, and the names of it that she is told.
#[test]
fn the_holder_knows_her_own_key() {
    let leaf = leaf_key();
    let key = issuer_key();
    let prepared = Issuer::new(key.public()).prepare(
        read(&format!(r#"{{"iss":"{ISS}"}}"#)),
        Confirmation::thumbprint_of(leaf.public()),
        &plan(&[]),
        &mut Counting::default(),
    );
    let token = prepared.unwrap().sign(&key).unwrap();
    let (payload, _) = decoded(token.as_str());
    assert!(payload.contains(&format!(r#""cnf":{{"jkt":"{}"}}"#, jwk::thumbprint(leaf.public()))), "{payload}");
    assert!(accept(token.as_str()).is_ok());

    let named = token_of(HEADER, &format!(r#"{{"iss":"{ISS}","cnf":{{"kid":"1"}}}}"#), &[]);
    let issuers = trusted();
    let expected = AcceptExpectations { issuers: &issuers, confirmation_key: leaf.public(), clock: clock() };
    let accept_with =
        |known: &[KnownKey]| UnverifiedSdJwt::parse(&named).unwrap().with_known_keys(known).accept(&expected).map(drop);
    assert_eq!(refused(accept_with(&[])), Code::Confirmation);
    let known = |key: &PublicKey| [KnownKey { key_id: Some("1".to_owned()), key: key.clone() }];
    assert!(accept_with(&known(leaf.public())).is_ok());
    assert_eq!(refused(accept_with(&known(other_leaf_key().public()))), Code::Confirmation);
}
