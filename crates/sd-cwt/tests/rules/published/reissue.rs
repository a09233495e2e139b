//! The examples issued again, from their claims, the published salts and the keys.

use mimicred_claims::Value;
use mimicred_cose::AlgorithmId;
use mimicred_cose::cbor::{self, Dialect};
use mimicred_cose::sign1::{CwtTag, Sign1};
use mimicred_keys::{HashAlgorithm, IssuerKey, sha256};
use mimicred_sd_cwt::{Issuance, Issuer, Preissuance, SaltList};

use super::{SETS, file, key};
use crate::issuance::{Broken, Counting};
use crate::tokens::hex;

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
