//! mimi-mls 4.1, "cannot link": 50 users with 10 pseudonyms each, of one provider. Of every field that our parsers find in what is issued
//! and made for them, equality says nothing about who they are.

use mimicred_claims::Map;
use mimicred_mls::KeyPackageView;
use mimicred_mls::component::KeyPackageUsage;
use mimicred_x509::Certificate;

use super::*;
use crate::linkage::{Fields, advantage, linked};
use crate::network::{Claims, Named, Persona};

const USERS: usize = 50;
const PSEUDONYMS: usize = 10;
const HOST: &str = "a.example";

/// What is seen of one pseudonym: the certificate, and a KeyPackage.
fn fields(persona: &Persona, key_package: &[u8]) -> Fields {
    let seen = Certificate::from_der(&persona.certificate).unwrap().inspect_unverified();
    let view = KeyPackageView::decode_message(key_package).unwrap();
    let leaf = view.leaf_node();
    let number = |value: usize| u64::try_from(value).unwrap().to_be_bytes().to_vec();
    let mut fields: Fields = vec![
        ("certificate length".to_owned(), number(persona.certificate.len())),
        ("certificate".to_owned(), persona.certificate.clone()),
        ("inspection of validity, issuer and extensions".to_owned(), shape(&format!("{seen:?}"), persona).into_bytes()),
        ("serial number".to_owned(), serial(&persona.certificate)),
        ("user".to_owned(), persona.user.as_str().as_bytes().to_vec()),
        ("client".to_owned(), persona.client.as_str().as_bytes().to_vec()),
        ("key".to_owned(), persona.key.public().octets().to_vec()),
        ("KeyPackage length".to_owned(), number(key_package.len())),
        ("init_key".to_owned(), view.init_key().to_vec()),
        ("encryption_key".to_owned(), leaf.encryption_key().to_vec()),
        ("capabilities".to_owned(), format!("{:?}", leaf.capabilities()).into_bytes()),
        ("source and lifetime".to_owned(), format!("{:?}", leaf.source()).into_bytes()),
        ("SD-CWT length".to_owned(), number(persona.tokens.sd_cwt.len())),
        ("SD-JWT length".to_owned(), number(persona.tokens.sd_jwt.len())),
    ];
    for (number, extension) in view.extensions().iter().chain(leaf.extensions().iter()).enumerate() {
        fields.push((format!("extension {number}, 0x{:04x}", extension.extension_type), extension.data.clone()));
    }
    fields
}

/// An inspection without what belongs to one pseudonym on purpose.
fn shape(text: &str, persona: &Persona) -> String {
    let text = text.replace(persona.user.as_str(), "USER").replace(persona.client.as_str(), "CLIENT");
    // Serial number and key have fields of their own.
    let digits = |c: char| if c.is_ascii_hexdigit() && !c.is_ascii_digit() { 'x' } else { c };
    text.chars().map(digits).filter(|c| !c.is_ascii_digit()).collect()
}

/// INTEGER of 16 octets after version and two SEQUENCE headers.
fn serial(der: &[u8]) -> Vec<u8> {
    der[15..31].to_vec()
}

/// Batches of all users, issued in turn: one user's after another's.
fn issued(faults: Faults) -> Vec<Vec<Fields>> {
    let hosts = [HOST];
    let start = u64::try_from(now()).unwrap();
    let mut network = Network::new(&hosts, Algorithm::Ed25519, start, Source::seeded([9; 32]), faults, Record::new()).unwrap();
    let nothing = Map::default();
    let said = Claims { all: &nothing, certified: &[], careless: &[] };
    let mut users = Vec::new();
    for _ in 0..USERS {
        let mut batch: Vec<Fields> = Vec::new();
        for _ in 0..PSEUDONYMS {
            let mut random = Source::of(
                &Source::seeded([u8::try_from(users.len() * PSEUDONYMS + batch.len()).unwrap_or(7); 32]),
                &format!("{} {}", users.len(), batch.len()),
            );
            let key = Persona::key(network.suite(), &mut random).unwrap();
            let public = key.public().clone();
            let persona = network.persona(HOST, "one", (&key, &public), &Named::Fresh, &said, &mut random).unwrap();
            let mut marker = [0; 32];
            mimicred_keys::Random::fill(&mut random, &mut marker).unwrap();
            let lifetime = network.lifetime().unwrap();
            let key_package = persona.member.key_package_for(&lifetime, KeyPackageUsage::Offered(marker)).unwrap();
            batch.push(fields(&persona, &key_package));
        }
        users.push(batch);
    }
    users
}

#[test]
fn pseudonyms_of_one_user_cannot_be_told_to_be_hers() {
    let users = issued(Faults::default());
    assert!(linked(&users).is_empty(), "{:?}", linked(&users));
    let guess = advantage(&users).unwrap();
    assert!(guess.advantage <= 0.05, "{guess:?}");
}

/// B-1: numbers that count up make neighbours of what was issued together.
#[test]
fn serial_numbers_that_count_up_are_found() {
    let guess = advantage(&issued(Faults { counted_serials: true, ..Faults::default() })).unwrap();
    assert!(guess.advantage > 0.2, "{guess:?}");
}
