//! JWT-V: issuer, signature, digests, restoring, and what must never be accepted.

use crate::support::*;
use mimicred_error::{At, Report};
use mimicred_keys::{Algorithm, IssuerKey};
use mimicred_sd_jwt::{Code, Expectations, KeyBinding, TrustedIssuer, TypeRule, UnverifiedPresentation};

/// JWT-V-001; pitfall 66.
#[test]
fn the_issuer_signature_holds() {
    let good = token("", &[]);
    assert!(verify_plain(&good).is_ok());
    let (input, signature) = good.rsplit_once('.').unwrap();
    let code = |text: &str| refused(verify_plain(text));
    assert_eq!(code(&format!("{input}.{}~", "A".repeat(86))), Code::SignatureIssuer);
    assert_eq!(code(&format!("{input}.{}~", &signature[..84])), Code::SignatureIssuer, "too short");
    let other = token(r#""admin":true"#, &[]);
    assert_eq!(code(&format!("{}.{signature}", other.rsplit_once('.').unwrap().0)), Code::SignatureIssuer);

    // alg none, with and without a signature; and an HMAC keyed with the public key.
    for alg in ["none", "None"] {
        let header = format!(r#"{{"alg":"{alg}","typ":"x+sd-jwt"}}"#);
        let unsigned = token_of(&header, &payload(""), &[]);
        assert_eq!(code(&unsigned), Code::AlgUnsupported);
        assert_eq!(code(&format!("{}.~", unsigned.rsplit_once('.').unwrap().0)), Code::AlgUnsupported);
    }
    for alg in ["HS256", "RS256", "PS256", "ES256K", "Ed448", "eddsa"] {
        let header = format!(r#"{{"alg":"{alg}","typ":"x+sd-jwt"}}"#);
        assert_eq!(code(&token_of(&header, &payload(""), &[])), Code::AlgUnsupported, "{alg}");
    }
    // The fully specified name means the same key.
    assert!(verify_plain(&token_of(r#"{"alg":"Ed25519","typ":"x+sd-jwt"}"#, &payload(""), &[])).is_ok());
    // JWT-K-005: known, and not that of the key.
    assert_eq!(code(&token_of(r#"{"alg":"ES256","typ":"x+sd-jwt"}"#, &payload(""), &[])), Code::AlgUnsupported);
}

/// JWT-V-002, JWT-K-004: trust is in name and key together, and no key comes from the token.
#[test]
fn the_key_belongs_to_the_issuer() {
    let other = IssuerKey::new(secret(Algorithm::Ed25519, 9));
    let as_other = |iss: &str| {
        let payload = format!(r#"{{"iss":"{iss}"}}"#);
        jwt(HEADER, &payload, |tbs| other.sign(tbs).unwrap().into_bytes()) + "~"
    };
    let mut issuers = trusted();
    let code = |text: &str, issuers: &[TrustedIssuer]| {
        refused(verify_as(text, TypeRule::AnySdJwt, &expectations(issuers, KeyBinding::NotExpected)))
    };
    assert_eq!(code(&as_other("https://b.example"), &issuers), Code::IssuerUntrusted, "nobody of that name");
    assert_eq!(code(&as_other(ISS), &issuers), Code::SignatureIssuer, "a key that nobody trusts");
    issuers.push(TrustedIssuer { issuer: "https://b.example".into(), key: other.public().clone() });
    assert_eq!(code(&as_other(ISS), &issuers), Code::IssuerUntrusted, "the key of another issuer");
    assert_eq!(code(&as_other(&ISS.to_uppercase()), &issuers), Code::IssuerUntrusted, "names are compared octet for octet");
    assert_eq!(code(&token("", &[]), &[]), Code::IssuerUntrusted);
    let typ = r#"{"iss":7}"#;
    assert_eq!(code(&(jwt(HEADER, typ, by_issuer) + "~"), &issuers), Code::ClaimType);

    let verified = |text: &str| {
        let presentation = UnverifiedPresentation::parse(text).unwrap();
        let verified = presentation.verify(&expectations(&issuers, KeyBinding::NotExpected)).unwrap();
        (verified.issuer().to_owned(), verified.issuer_key().clone())
    };
    assert_eq!(verified(&as_other("https://b.example")), ("https://b.example".to_owned(), other.public().clone()));
    // Without iss the issuer is whoever's key it is.
    let nameless = jwt(HEADER, "{}", |tbs| other.sign(tbs).unwrap().into_bytes()) + "~";
    assert_eq!(verified(&nameless).0, "https://b.example");

    // One issuer with two keys, as in a rollover.
    issuers.push(TrustedIssuer { issuer: ISS.into(), key: other.public().clone() });
    assert!(verify_as(&as_other(ISS), TypeRule::AnySdJwt, &expectations(&issuers, KeyBinding::NotExpected)).is_ok());
    // A key in the header is not looked at.
    let header = format!(
        r#"{{"alg":"EdDSA","typ":"x+sd-jwt",{}}}"#,
        cnf(other.public()).replace("\"cnf\":{\"jwk\":", "\"jwk\":").trim_end_matches('}').to_owned() + "}"
    );
    let own_key = jwt(&header, &payload(""), |tbs| other.sign(tbs).unwrap().into_bytes()) + "~";
    assert_eq!(code(&own_key, &trusted()), Code::SignatureIssuer);
}

/// JWT-V-027.
#[test]
fn the_type_is_that_of_an_sd_jwt() {
    let typed = |typ: &str| token_of(&format!(r#"{{"alg":"EdDSA"{typ}}}"#), &payload(""), &[]);
    let verify_by = |typ: &str, rule: TypeRule| verify_as(&typed(typ), rule, &expectations(&trusted(), KeyBinding::NotExpected));
    for good in ["example+sd-jwt", "dc+sd-jwt", "application/dc+sd-jwt", "Dc+SD-JWT"] {
        assert!(verify_by(&format!(r#","typ":"{good}""#), TypeRule::AnySdJwt).is_ok(), "{good}");
    }
    for bad in ["JWT", "kb+jwt", "sd-jwt", "+sd-jwt", "application/+sd-jwt", "dc+sd-jwt ", "dc+sd-jwt+json", "é+sd-jw"] {
        assert_eq!(refused(verify_by(&format!(r#","typ":"{bad}""#), TypeRule::AnySdJwt)), Code::TypeMismatch, "{bad}");
    }
    assert_eq!(refused(verify_by("", TypeRule::AnySdJwt)), Code::TypeMismatch);
    let exactly = || TypeRule::Exactly("dc+sd-jwt".into());
    assert!(verify_by(r#","typ":"dc+sd-jwt""#, exactly()).is_ok());
    assert_eq!(refused(verify_by(r#","typ":"vc+sd-jwt""#, exactly())), Code::TypeMismatch);
    assert_eq!(refused(verify_by("", exactly())), Code::TypeMismatch);
    assert!(verify_by("", TypeRule::AnyOrNone).is_ok());
    assert!(verify_by(r#","typ":"JWT""#, TypeRule::AnyOrNone).is_ok());
    for kb in ["kb+jwt", "application/KB+jwt"] {
        assert_eq!(refused(verify_by(&format!(r#","typ":"{kb}""#), TypeRule::AnyOrNone)), Code::TypeMismatch);
    }
}

/// JWT-V-004, JWT-V-015, JWT-V-016, trap 8; pitfall 60.
#[test]
fn every_disclosure_has_its_digest() {
    let (name, mail) = (disclosure(r#"["s1","name","Alice"]"#), disclosure(r#"["s2","email","a@a.example"]"#));
    let members = sd(&[&digest(&name)]);
    assert!(verify_plain(&token(&members, &[&name])).is_ok());
    let stray = verify_plain(&token(&members, &[&name, &mail])).unwrap_err();
    assert_eq!((stray.code(), stray.place()), (Code::DisclosureUnmatched, &At::Disclosure(1)));
    let changed = disclosure(r#"["s1","name","Alicf"]"#);
    assert_eq!(refused(verify_plain(&token(&members, &[&changed]))), Code::DisclosureUnmatched);
    assert_eq!(refused(verify_plain(&token(&members, &[&name, &name]))), Code::DigestDuplicate);
    // A child without its parent.
    let child = disclosure(r#"["s3","country","DE"]"#);
    let parent = disclosure(&format!(r#"["s4","address",{{{}}}]"#, sd(&[&digest(&child)])));
    let members = sd(&[&digest(&parent)]);
    assert_eq!(refused(verify_plain(&token(&members, &[&child]))), Code::DisclosureUnmatched);
    assert_eq!(processed(&verify_plain(&token(&members, &[&child, &parent])).unwrap()), r#"{"address":{"country":"DE"}}"#);
}

/// JWT-V-005, JWT-V-006, JWT-V-011 to JWT-V-013, JWT-D-005, trap 14.
#[test]
fn disclosures_are_restored_where_their_digests_are() {
    let de = disclosure(r#"["s1","DE"]"#);
    let inner = disclosure(r#"["s2",["x"]]"#);
    let list = disclosure(&format!(
        r#"["s3","list",[{{"...":"{}"}},[{{"...":"{}"}},1],{{"...":"decoy1"}},"FR"]]"#,
        digest(&de),
        digest(&inner)
    ));
    let members = format!(r#""a":[{{"...":"decoy2"}}],"o":{{{}}},{}"#, sd(&["decoy3"]), sd(&["decoy4", &digest(&list)]));
    let all = verify_plain(&token(&members, &[&inner, &list, &de])).unwrap();
    assert_eq!(processed(&all), r#"{"a":[],"o":{},"list":["DE",[["x"],1],"FR"]}"#);
    let some = verify_plain(&token(&members, &[&list])).unwrap();
    assert_eq!(processed(&some), r#"{"a":[],"o":{},"list":[[1],"FR"]}"#);
    let none = verify_plain(&token(&format!(r#"{members},"_sd_alg":"sha-256""#), &[])).unwrap();
    assert_eq!(processed(&none), r#"{"a":[],"o":{}}"#, "and _sd_alg is gone");
    // A value that is empty, or nothing, is a value.
    for value in ["null", "[]", "{}", "\"\"", "false"] {
        let claim = disclosure(&format!(r#"["s","v",{value}]"#));
        assert_eq!(processed(&verify_plain(&token(&sd(&[&digest(&claim)]), &[&claim])).unwrap()), format!(r#"{{"v":{value}}}"#));
    }
}

/// JWT-V-010, trap 9; pitfall 63.
#[test]
fn a_disclosed_claim_replaces_nothing() {
    let sub = disclosure(r#"["s1","sub","mallory"]"#);
    let again = disclosure(r#"["s2","sub","mallory"]"#);
    let iss = disclosure(r#"["s3","iss","https://evil.example"]"#);
    let with = |members: &str, disclosures: &[&str]| verify_plain(&token(members, disclosures));
    assert_eq!(refused(with(&format!(r#""sub":"alice",{}"#, sd(&[&digest(&sub)])), &[&sub])), Code::ClaimCollision);
    assert_eq!(refused(with(&sd(&[&digest(&sub), &digest(&again)]), &[&sub, &again])), Code::ClaimCollision);
    assert_eq!(refused(with(&sd(&[&digest(&iss)]), &[&iss])), Code::ClaimCollision);
    // The same name in another object is another claim.
    let elsewhere = with(&format!(r#""sub":"alice","o":{{{}}}"#, sd(&[&digest(&sub)])), &[&sub]).unwrap();
    assert_eq!(processed(&elsewhere), r#"{"sub":"alice","o":{"sub":"mallory"}}"#);
    // A token without iss does not get one that names somebody else than the one who signed.
    let nameless = |iss: &str| {
        let text = disclosure(&format!(r#"["s","iss","{iss}"]"#));
        verify_plain(&token_of(HEADER, &format!("{{{}}}", sd(&[&digest(&text)])), &[&text]))
    };
    assert_eq!(refused(nameless("https://evil.example")), Code::IssuerUntrusted);
    assert!(nameless(ISS).is_ok());
}

/// JWT-V-014, JWT-I-006, trap 7; pitfall 70.
#[test]
fn no_digest_stands_twice() {
    let name = disclosure(r#"["s1","name","Alice"]"#);
    let d = digest(&name);
    let element = |digest: &str| format!(r#"{{"...":"{digest}"}}"#);
    for members in [
        sd(&[&d, &d]),
        format!(r#"{},"o":{{{}}}"#, sd(&[&d]), sd(&[&d])),
        format!(r#"{},"a":[{}]"#, sd(&[&d]), element(&d)),
        format!(r#""a":[{},{}]"#, element("decoy"), element("decoy")),
    ] {
        // Whether or not anything discloses it.
        assert_eq!(refused(verify_plain(&token(&members, &[]))), Code::DigestDuplicate, "{members}");
    }
    let inner = disclosure(&format!(r#"["s2","o",{{{}}}]"#, sd(&["twice", "twice"])));
    let members = sd(&[&digest(&inner)]);
    assert!(verify_plain(&token(&members, &[])).is_ok(), "hidden in what is not disclosed");
    assert_eq!(refused(verify_plain(&token(&members, &[&inner]))), Code::DigestDuplicate);
    let across = disclosure(&format!(r#"["s3","o",{{{}}}]"#, sd(&[&d])));
    assert_eq!(refused(verify_plain(&token(&sd(&[&d, &digest(&across)]), &[&across]))), Code::DigestDuplicate);
}

/// JWT-V-017: the token's own audience, on the processed payload.
#[test]
fn the_audience_of_the_token() {
    let issuers = trusted();
    let verify_for = |members: &str, disclosures: &[&str], ours: Option<&'static str>| {
        let expected = Expectations { audience_of_token: ours, ..expectations(&issuers, KeyBinding::NotExpected) };
        verify_as(&token(members, disclosures), TypeRule::AnySdJwt, &expected)
    };
    assert!(verify_for("", &[], None).is_ok());
    assert!(verify_for("", &[], Some("us")).is_ok(), "for everybody");
    assert!(verify_for(r#""aud":"us""#, &[], Some("us")).is_ok());
    assert!(verify_for(r#""aud":["them","us"]"#, &[], Some("us")).is_ok());
    assert_eq!(refused(verify_for(r#""aud":"them""#, &[], Some("us"))), Code::Audience);
    assert_eq!(refused(verify_for(r#""aud":[]"#, &[], Some("us"))), Code::Audience);
    assert_eq!(refused(verify_for(r#""aud":"them""#, &[], None)), Code::Audience, "we are nobody to the issuer");
    assert_eq!(refused(verify_for(r#""aud":7"#, &[], Some("us"))), Code::ClaimType);
    assert_eq!(refused(verify_for(r#""aud":["us",7]"#, &[], Some("us"))), Code::ClaimType);
    // JWT-I-015: entries of the array may be disclosures.
    let us = disclosure(r#"["s","us"]"#);
    let members = format!(r#""aud":["them",{{"...":"{}"}}]"#, digest(&us));
    assert!(verify_for(&members, &[&us], Some("us")).is_ok());
    assert_eq!(refused(verify_for(&members, &[], Some("us"))), Code::Audience);
    let hidden = disclosure(r#"["s","aud","them"]"#);
    assert_eq!(refused(verify_for(&sd(&[&digest(&hidden)]), &[&hidden], Some("us"))), Code::Audience);
}

/// JWT-V-029: as many disclosures as are allowed, and a chain of them.
#[test]
fn work_is_linear() {
    let many: Vec<_> = (0..10_000).map(|n| disclosure(&format!(r#"["s{n}","c{n}",{n}]"#))).collect();
    let digests: Vec<_> = many.iter().map(|text| digest(text)).collect();
    let members = sd(&digests.iter().map(String::as_str).collect::<Vec<_>>());
    let claims = verify_plain(&token(&members, &many.iter().map(String::as_str).collect::<Vec<_>>())).unwrap();
    assert_eq!(claims.len(), 10_002);

    let mut chain = vec![disclosure(r#"["s","c",1]"#)];
    for _ in 1..10_000 {
        let next = disclosure(&format!(r#"["s","c",{{{}}}]"#, sd(&[&digest(chain.last().unwrap())])));
        chain.push(next);
    }
    let members = sd(&[&digest(chain.last().unwrap())]);
    let text = token(&members, &chain.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(refused(verify_plain(&text)), Code::Limit);
}

/// Demand 8: verifying again gives the same answer; and what the accessors say.
#[test]
fn verifying_twice_is_the_same() {
    let name = disclosure(r#"["s1","name","Alice"]"#);
    let text = bind(&token(&format!(r#""exp":1883000000,{}"#, sd(&["decoy", "another", &digest(&name)])), &[&name]));
    let presentation = UnverifiedPresentation::parse(&text).unwrap();
    assert_eq!((presentation.issuer(), presentation.key_id()), (Some(ISS), None));
    assert_eq!(presentation.key_binding_header().unwrap().typ(), Some("kb+jwt"));
    assert_eq!((presentation.algorithm(), presentation.bound_at()), (Some(Algorithm::Ed25519), Some(NOW)));
    let issuers = trusted();
    let first = presentation.verify(&expectations(&issuers, required())).unwrap();
    let second = presentation.verify(&expectations(&issuers, required())).unwrap();
    assert_eq!(first.claims(), second.claims());
    assert_eq!(first.disclosed()[0].path.to_string(), "name");
    assert_eq!((first.undisclosed(), first.issued_at()), (2, Some(NOW)));
    assert_eq!((first.audience(), first.nonce()), (Some(ROOM), Some(NONCE)));
    assert_eq!(first.expires(), Some(1_883_000_000.into()));
    let signing_input = text.split('~').next().unwrap().rsplit_once('.').unwrap().0;
    assert_eq!(first.token_hash(), mimicred_keys::sha256(signing_input.as_bytes()));
    let shown = format!("{first:?} {presentation:?}");
    assert!(!shown.contains("Alice") && !shown.contains("s1"), "{shown}");

    let named = token_of(&HEADER.replace("{", r#"{"kid":"2026-1","#), &payload(""), &[]);
    let presentation = UnverifiedPresentation::parse(&named).unwrap();
    assert_eq!(presentation.key_id(), Some("2026-1"));
    assert!(presentation.key_binding_header().is_none());
}

/// JWT-K-006 and the order of checks: disclosures are looked at before the confirmation key only if one of them may bring it.
#[test]
fn disclosures_come_first_only_where_they_may_bring_the_key() {
    let name = disclosure(r#"["s1","name","Alice"]"#);
    let without_key = |members: &str| bind(&token_of(HEADER, &format!(r#"{{"iss":"{ISS}"{members}}}"#), &[&name]));
    assert_eq!(refused(verify(&without_key(""))), Code::Confirmation);
    assert_eq!(refused(verify(&without_key(r#","_sd":["another"]"#))), Code::DisclosureUnmatched);
}

/// JWT-V-018 and the order of checks: with everything wrong at once the first failure is the error; put right one after the
/// other, the next one shows.
#[test]
fn the_first_failure_is_the_error() {
    let name = disclosure(r#"["s1","name","Alice"]"#);
    let (expired, valid) = (NOW, NOW + 1);
    let wrong_key = |tbs: &mimicred_keys::ToBeSigned| other_leaf_key().sign(tbs).unwrap().into_bytes();
    let leaf_key = cnf(leaf_key().public());
    // type, iss, signed right, exp, cnf, holder right, aud, nonce, iat, bound right, disclosed right
    let build = |steps: usize| {
        let good = |step: usize| steps > step;
        let header = if good(0) { HEADER } else { r#"{"alg":"EdDSA","typ":"JWT"}"# };
        let iss = if good(1) { ISS } else { "https://b.example" };
        let exp = if good(3) { valid } else { expired };
        let cnf = if good(4) { leaf_key.as_str() } else { r#""cnf":{}"# };
        let digest_of_name = if good(10) { digest(&name) } else { "another".to_owned() };
        let payload = format!(r#"{{"iss":"{iss}","exp":{exp},{cnf},"_sd":["{digest_of_name}"]}}"#);
        let issuer_jwt = if good(2) { jwt(header, &payload, by_issuer) } else { jwt(header, &payload, wrong_key) };
        let token = format!("{issuer_jwt}~{name}~");
        let mut claims = kb_claims(if good(9) { &token } else { "" });
        claims[1].1 = if good(6) { claims[1].1.clone() } else { "\"them\"".to_owned() };
        claims[2].1 = if good(7) { claims[2].1.clone() } else { "\"other\"".to_owned() };
        claims[0].1 = if good(8) { NOW } else { NOW - 301 }.to_string();
        let kb = object(&claims);
        token + &if good(5) { jwt(KB_HEADER, &kb, by_leaf) } else { jwt(KB_HEADER, &kb, wrong_key) }
    };
    let expected = [
        Code::TypeMismatch,
        Code::IssuerUntrusted,
        Code::SignatureIssuer,
        Code::Time,
        Code::Confirmation,
        Code::SignatureHolder,
        Code::Audience,
        Code::Nonce,
        Code::Time,
        Code::SdHash,
        Code::DisclosureUnmatched,
    ];
    for (steps, code) in expected.into_iter().enumerate() {
        assert_eq!(refused(verify(&build(steps))), code, "{steps} put right");
    }
    assert!(verify(&build(expected.len())).is_ok());
}
