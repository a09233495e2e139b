//! Batches that this toolkit issues come out clean, many of them and of many sizes: no check takes chance for a pattern.

use mimicred_claims::{Key, Map, Redaction, RedactionPlan, Value};
use mimicred_cose::cwt;
use mimicred_keys::{Algorithm, IssuerKey, SecretKey, SeededRandom};
use mimicred_uri::{Host, MimiUri, mint_pseudonym};
use mimicred_x509::{Ca, CaProfile, PseudonymProfile, Validity, prepare_pseudonym, prepare_root};

use crate::support::certificate::{Certificate, ders};
use crate::support::sd_jwt::{Token, texts};
use crate::support::{DAY, MONDAY, expect_clean, id, octets, random};

struct Provider {
    random: SeededRandom,
    key: IssuerKey,
    ca: Ca,
    host: Host,
}

impl Provider {
    fn new(seed: u8) -> Self {
        let mut random = random(seed);
        let key = IssuerKey::new(SecretKey::generate(Algorithm::P256, &mut random).unwrap());
        let profile = CaProfile::new("a.example MIMI CA", Validity::days(MONDAY, 3650).unwrap());
        let root = prepare_root(&profile, key.public(), &mut random).unwrap().sign(&key).unwrap();
        Self { random, key, ca: Ca::from_certificate(&root).unwrap(), host: Host::parse("a.example").unwrap() }
    }

    fn pseudonym(&mut self) -> MimiUri {
        mint_pseudonym(&self.host, octets(&mut self.random, 16).try_into().unwrap())
    }

    fn certificate(&mut self, leaf: &SecretKey, user: &MimiUri) -> Vec<u8> {
        let client = format!("mimi://a.example/d/{}", id(&mut self.random)).parse().unwrap();
        let profile = PseudonymProfile::new(leaf.public(), user, &client, Validity::days(MONDAY, 7).unwrap());
        prepare_pseudonym(&self.ca, &profile, &mut self.random).unwrap().sign(&self.key).unwrap().as_der().to_vec()
    }

    fn sd_jwt(&mut self, leaf: &SecretKey, user: &MimiUri) -> Vec<u8> {
        let entries = [
            ("iss", Value::from("https://id.a.example")),
            ("sub", Value::from(user.as_str().to_owned())),
            ("exp", Value::Int((MONDAY + 7 * DAY).into())),
            ("email", Value::from("alice@a.example")),
            ("name", Value::from("Alice Meier")),
        ];
        let claims = Map::from_entries(entries.map(|(name, value)| (Key::from(name), value)).to_vec()).unwrap();
        let plan = RedactionPlan::new(Redaction::All).with_visible(vec![Key::from("sub")]).with_min_digests(8);
        let issuer = mimicred_sd_jwt::Issuer::new(self.key.public()).with_kid("issuer-1");
        let prepared = issuer.prepare(claims, Some(leaf.public()), &plan, &mut self.random).unwrap();
        prepared.sign(&self.key).unwrap().into_string().into_bytes()
    }

    fn sd_cwt(&mut self, leaf: &SecretKey, user: &MimiUri) -> Vec<u8> {
        let entries = [
            (cwt::ISS, Value::from("https://id.a.example")),
            (cwt::SUB, Value::from(user.as_str().to_owned())),
            (cwt::EXP, Value::Int((MONDAY + 7 * DAY).into())),
            (179, Value::from("alice@a.example")),
            (170, Value::from("Alice Meier")),
        ];
        let claims = Map::from_entries(entries.map(|(number, value)| (Key::Int(number), value)).to_vec()).unwrap();
        let plan = RedactionPlan::new(Redaction::All).with_visible(vec![Key::Int(cwt::SUB)]).with_min_digests(8);
        let issuer = mimicred_sd_cwt::Issuer::new(self.key.public()).with_kid("issuer-1");
        let prepared = issuer.prepare(claims, leaf.public(), &plan, &mut self.random).unwrap();
        prepared.sign(&self.key).unwrap().into_bytes()
    }

    fn batch(&mut self, count: usize) -> [Vec<Vec<u8>>; 3] {
        let mut batch = [Vec::new(), Vec::new(), Vec::new()];
        for _ in 0..count {
            let leaf = SecretKey::generate(Algorithm::Ed25519, &mut self.random).unwrap();
            let user = self.pseudonym();
            batch[0].push(self.certificate(&leaf, &user));
            batch[1].push(self.sd_jwt(&leaf, &user));
            batch[2].push(self.sd_cwt(&leaf, &user));
        }
        batch
    }
}

/// Each format alone, and all of them for the same pseudonyms: with P-256 signatures, whose DER varies in length.
#[test]
fn what_we_issue_is_clean_in_each_format_and_in_all() {
    for (seed, count) in [(1, 1), (2, 2), (3, 5), (4, 12), (5, 40), (6, 150)] {
        let batch = Provider::new(seed).batch(count);
        batch.iter().for_each(|of_format| drop(expect_clean(of_format)));
        expect_clean(&batch.concat());
    }
}

/// The CA's own certificate may lie beside them, and one user's batch beside another's.
#[test]
fn issuers_are_no_items_and_two_batches_are_one() {
    let mut provider = Provider::new(7);
    let mut batch = provider.batch(12)[0].clone();
    batch.insert(0, provider.ca.certificate().as_der().to_vec());
    let report = expect_clean(&batch);
    assert_eq!((report.items[0].format.as_str(), report.items[1].format.as_str()), ("x509-ca", "x509"));
    assert_eq!(report.remarks, ["the certificate of an issuer was left out: it belongs to no user"]);
    batch.extend(provider.batch(12)[0].clone());
    expect_clean(&batch);
}

/// Random values in many batches of every size from 2 to 60 and some large ones: of a check that errs once in 10^9, nothing is seen.
#[test]
fn chance_is_never_taken_for_a_pattern() {
    for seed in 100..108 {
        // Cut out of one row, so that each batch is of its own numbers.
        let (certificates, tokens) = (ders(&Certificate::batch(seed, 600)), texts(&Token::batch(seed, 600)));
        let mut start = 0;
        for count in 2..32 {
            expect_clean(&certificates[start..start + count]);
            expect_clean(&tokens[start..start + count]);
            start += count;
        }
    }
}

#[test]
fn large_batches_are_clean_too() {
    expect_clean(&ders(&Certificate::batch(90, 3000)));
    expect_clean(&texts(&Token::batch(91, 2000)));
    expect_clean(&crate::support::sd_cwt::all(&crate::support::sd_cwt::Token::batch(92, 1000)));
    expect_clean(&crate::support::key_package::all(&crate::support::key_package::Package::batch(93, 500)));
}
