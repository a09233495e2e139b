//! The working group's signed examples, of the repository and of revision -08.

use std::path::PathBuf;

use mimicred_claims::{Clock, Limits, Selection, Value};
use mimicred_cose::AlgorithmId;
use mimicred_cose::cbor::{self, Dialect};
use mimicred_cose::sign1::{self, CwtTag, Sign1};
use mimicred_keys::{HashAlgorithm, IssuerKey, LeafKey, SecretKey, sha256};
use mimicred_sd_cwt::{
    AcceptExpectations, Binding, Code, Error, Expectations, Held, Issuance, Issuer, KeyBinding, Nonce, Preissuance, SaltList,
    TrustedIssuer, UnverifiedPresentation,
};

use crate::issuance::{Broken, Counting};
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
        let to_be_signed = sign1::to_be_signed(sign1.protected(), &payload).unwrap();
        let signature = IssuerKey::new(issuer.clone()).sign(&to_be_signed).unwrap();
        sign1::encode(sign1.protected(), sign1.unprotected(), &payload, signature.as_bytes())
    };
    assert!(accept(&resign(claims.clone()), &issuer, &holder, NOW).is_ok());
    claims.redacted = vec![wrong.into()];
    assert_eq!(accept(&resign(claims), &issuer, &holder, NOW).unwrap_err().code(), Code::DigestUnmatched);
}

/// The claims set that the examples were made from, as their comments and the draft have it: marked with tag 58.
fn marked(subject: &str) -> Vec<u8> {
    let mut set = cbor::Writer::new();
    let marked = |set: &mut cbor::Writer| set.tag(58);
    set.map(9);
    set.int(1);
    set.text("https://issuer.example");
    set.int(2);
    set.text(subject);
    for (key, seconds) in [(4, 1_725_330_600), (5, 1_725_243_900), (6, 1_725_244_200)] {
        set.int(key);
        set.int(seconds);
    }
    set.int(500);
    set.raw(&[0xf5]);
    marked(&mut set);
    set.int(501);
    set.text("ABCD-123456");
    set.int(502);
    set.array(3);
    marked(&mut set);
    set.int(1_549_560_720);
    marked(&mut set);
    set.int(1_612_560_720);
    set.int(1_674_004_740);
    set.int(503);
    set.map(3);
    set.text("country");
    set.text("us");
    marked(&mut set);
    set.text("region");
    set.text("ca");
    marked(&mut set);
    set.text("postal_code");
    set.text("94188");
    set.finish()
}

/// CWT-E-031, CWT-I-009, CWT-C-002, traps 29 to 31: from the claims, the published salts and the keys, both examples come out octet
/// for octet: header, payload and disclosures, and with the published signature the whole token.
#[test]
fn the_issued_examples_are_issued_again() {
    for (folder, subject) in SETS {
        let (Some(token), Some(issuer), Some(holder), Some(salts)) = (
            file(&format!("{folder}issuer_cwt.cbor")),
            key("issuer_privkey.pem"),
            key("holder_privkey.pem"),
            file("salt_list.csv"),
        ) else {
            return;
        };
        let set = marked(subject);
        let (claims, plan) = Preissuance::parse(&set).unwrap().into_parts();
        // All salts are in the list: nothing is random.
        let mut broken = Broken;
        let mut salts = SaltList::parse(std::str::from_utf8(&salts).unwrap(), &mut broken).unwrap();
        let as_published = Issuer::new(issuer.public())
            .with_algorithm(AlgorithmId::Es384)
            .with_hash(HashAlgorithm::Sha256)
            .with_kid("https://issuer.example/cose-key3".as_bytes());
        let issuance = Issuance::new(claims, holder.public(), &plan);
        let prepared = as_published.prepare_with_salts(issuance, &mut salts).unwrap();

        let published = Sign1::parse(&token, CwtTag::Refused, &cbor::Limits::DEFAULT).unwrap();
        assert_eq!(prepared.to_be_signed().as_bytes(), published.sig_structure());
        assert_eq!(prepared.finish(published.signature()).unwrap().as_bytes(), token);
        let used = salts.used();
        assert_eq!(used.lines().count(), 5);
        assert!(used.contains(",bae611067bb823486797da1ebbb52f83\n"));
    }
}

/// Trap 35: the list has salts for both dates of one inspection, 17183928 as the claims set of the nested figures has it and
/// 1674004740 as its disclosure has it, with this salt. The claims set is not what the figures were made from.
#[test]
fn the_nested_figures_were_not_made_from_their_claims_set() {
    let Some(list) = file("salt_list.csv") else { return };
    let list = String::from_utf8(list).unwrap();
    let salt_of_inspection = |date: i64| {
        let digests = "af375dc3fba1d082448642c00be7b2f7bb05c9d8fb61cfc230ddfdfb4616a693
                       9d151abeb800adcc11ff10ff61fbd3d75944c134b40a24abef1787d3ae6583aa";
        let mut hashed = cbor::Writer::new();
        hashed.array(2);
        hashed.raw(&[0xf6]);
        hashed.map(3);
        hashed.int(500);
        hashed.raw(&[0xf5]);
        hashed.int(502);
        hashed.int(date);
        hashed.raw(&hex("f83b"));
        hashed.array(2);
        hex(digests).chunks(32).for_each(|digest| hashed.bytes(digest));
        let hash = sha256(&hashed.finish()).map(|octet| format!("{octet:02x}")).concat();
        list.lines().find_map(|line| line.strip_prefix(&hash)?.strip_prefix(',')).map(str::to_owned)
    };
    let in_the_disclosure = Some("cd99b3858f1d659f9d16039abf8c5fba".to_owned());
    assert_eq!(salt_of_inspection(1_674_004_740), in_the_disclosure);
    let in_the_claims_set = salt_of_inspection(17_183_928);
    assert!(in_the_claims_set.is_some() && in_the_claims_set != in_the_disclosure);
}

/// Issues a claims set with the published salts and these lines for decoys.
fn issue_with_published_salts(set: &[u8], decoys: &str) -> Option<Vec<u8>> {
    let (issuer, holder) = (key("issuer_privkey.pem")?, key("holder_privkey.pem")?);
    let list = format!("{}{decoys}", String::from_utf8(file("salt_list.csv")?).unwrap());
    let mut random = Counting(0);
    let mut salts = SaltList::parse(&list, &mut random).unwrap();
    let (claims, plan) = Preissuance::parse(set).unwrap().into_parts();
    let issuer_by_hash = Issuer::new(issuer.public()).with_hash(HashAlgorithm::Sha256);
    let prepared = issuer_by_hash.prepare_with_salts(Issuance::new(claims, holder.public(), &plan), &mut salts).unwrap();
    Some(prepared.sign(&IssuerKey::new(issuer)).unwrap().into_bytes())
}

fn digests_in(token: &[u8], count: usize, place: impl Fn(&mimicred_claims::Map<'_>) -> Vec<Vec<u8>>) -> Vec<String> {
    let payload = Sign1::parse(token, CwtTag::Refused, &cbor::Limits::DEFAULT).unwrap().payload();
    let claims = cbor::parse(payload, Dialect::Claims { digest_len: 32 }, &cbor::Limits::DEFAULT).unwrap();
    let found = place(claims.as_map().unwrap());
    assert_eq!(found.len(), count);
    found.iter().map(|digest| digest.iter().map(|octet| format!("{octet:02x}")).collect()).collect()
}

fn elements(claims: &mimicred_claims::Map<'_>, key: i128) -> Vec<Vec<u8>> {
    let elements = claims.int(key).and_then(Value::as_array).unwrap();
    elements
        .iter()
        .filter_map(|element| if let Value::Redacted(digest) = element { Some(digest.to_vec()) } else { None })
        .collect()
}

/// CWT-D-003, CWT-D-005, CWT-D-008: the digests of the working group's decoy example, with its two decoy salts.
#[test]
fn the_digests_of_the_decoy_example_come_out() {
    // {1: "i", 2: "s", 98: [58("fr"), 62(1)], 58(500): true, 62(2): null}
    let set = hex("a5 01 6169 02 6173 1862 82 d83a 626672 d83e01 d83a 1901f4 f5 d83e02 f6");
    let decoys = "1,c1069bc056e234d64f58baff8a7b776b\n2,89c41c270dd06cd3517d371c9ddf2bab\n";
    let Some(token) = issue_with_published_salts(&set, decoys) else { return };
    assert_eq!(
        digests_in(&token, 2, |claims| elements(claims, 98)),
        [
            "dc5f753b66acd89d78481039934a86cc14f9959c64c4037dea3f872b9a8453f1",
            "3f80963a1246b412d6567f2a5ca446fd19a01dd8cfc291bed69e8c575c5abfb8"
        ]
    );
    assert_eq!(
        digests_in(&token, 2, |claims| claims.redacted.iter().map(|digest| digest.to_vec()).collect()),
        [
            "bd0fd88127b3071ff5433eef59a5e3c5f18341f25c5bd119c41fd34802a9797b",
            "eeec970897a5b9108f24f44751baedabb53a1f3d241ab6b60c9f309f114ecf88"
        ]
    );
}

/// CWT-I-012, CWT-I-019, CWT-I-031: of the nested example, three levels deep with small integer keys, the first inspection comes out
/// with its published digest. In the second one the example has the digests of its location in the order of the claims, where we
/// sort them: another value, for which no salt is listed, and another digest.
#[test]
fn nested_digests_come_out_where_the_example_has_them_in_order() {
    let inspection = |date: &str, licence: &str, region: &str, code: &str| {
        hex(&format!(
            "d83a a4 1901f4 f5 1901f6 {date} d83a 1901f5 {licence} d83a 1901f7 a3 01 627573 d83a02 {region} d83a03 {code}"
        ))
    };
    let denver = inspection("1a5c5c6b90", "6b 444342412d313031373737", "62636f", "65 3830333032");
    let las_vegas = inspection("1a601db950", "6b 454647482d373839303132", "626e76", "65 3839313535");
    let set = [hex("a3 01 6169 02 6173 1901f8 82"), denver, las_vegas].concat();
    let Some(token) = issue_with_published_salts(&set, "") else { return };
    let digests = digests_in(&token, 2, |claims| elements(claims, 504));
    assert_eq!(digests[0], "ca6b851688236744ff0cf0814508e4f181d3811bfec4ed5bb8ace7823132dbc0");
    assert_ne!(digests[1], "0dfdc69d0efb65eec14bf28af78cd8f06cabfe8e2b1a0611ef8bca869ce35b61");
    // The published order of the two digests in the location, which is not ascending.
    let published = ["da268d9b81c19c02fcea7c4cadc2e23f0454a4550a380cde8b0842463ed034da", "61dcdb8cbae7b66c3e36b2510daf61ba"];
    assert!(published[0] > published[1]);
}
