use mimicred_claims::{Selection, Value};
use mimicred_keys::LeafKey;
use mimicred_mls::{SdJwt, SdJwtForm};

use super::*;
use crate::policy::DisclosureFormat;
use crate::testing::*;

fn leaf(index: u32, person: &Person) -> LeafView {
    LeafView::new(index, person.key.public().clone(), person.credential.clone())
}

/// A member whose leaf has a token that says this.
fn with_token(format: DisclosureFormat, provider: &Provider, seed: u8, said: &Said) -> Person {
    let mut person = Person::new(provider, seed);
    let owned = identity(format, provider, person.key.public(), said, NOW + YEAR);
    person.credential = token_credential(format, &owned, ROOM, &person.key);
    person
}

fn pseudonym() -> Said {
    vec![("sub", Value::from("mimi://a.example/p/one")), ("name", Value::from("Alice Adams"))]
}

const TOKENS: [DisclosureFormat; 2] = [DisclosureFormat::SdJwtKb, DisclosureFormat::SdKbt];

fn code(leaf: &LeafView) -> Option<VerdictCode> {
    screen(std::slice::from_ref(leaf)).pop().map(|objection| objection.code)
}

/// mimi-mls 1.2, 3.3: nothing speaks against pseudonyms of any format, whoever issued them.
#[test]
fn nothing_speaks_against_pseudonyms() {
    let provider = Provider::new("a.example", 1);
    let mut leaves = vec![leaf(0, &Person::new(&provider, 2))];
    leaves.extend(TOKENS.map(|format| leaf(1, &with_token(format, &provider, 3, &pseudonym()))));
    // A user's URI that does not say so, and a type that does.
    let marked: Said = vec![("sub", Value::from("mimi://a.example/u/x")), ("vct", Value::from("urn:mimi:pseudonym"))];
    leaves.extend(TOKENS.map(|format| leaf(2, &with_token(format, &provider, 3, &marked))));
    // The subject is a client, and the user has a claim of her own.
    let of_client: Said =
        vec![("sub", Value::from("mimi://a.example/d/1")), ("mimi_user", Value::from("mimi://a.example/p/one"))];
    leaves.extend(TOKENS.map(|format| leaf(3, &with_token(format, &provider, 3, &of_client))));
    assert_eq!(screen(&leaves), []);
}

#[test]
fn a_credential_is_for_the_key_of_its_leaf() {
    let provider = Provider::new("a.example", 1);
    let other = Person::new(&provider, 9);
    let mut people = vec![Person::new(&provider, 2)];
    people.extend(TOKENS.map(|format| with_token(format, &provider, 3, &pseudonym())));
    for person in &people {
        let mut seen = leaf(0, person);
        assert_eq!(code(&seen), None);
        seen.signature_key = other.key.public().clone();
        assert_eq!(code(&seen), Some(VerdictCode::KeyMismatch));
    }
}

#[test]
fn who_is_no_pseudonym_is_named() {
    let provider = Provider::new("a.example", 1);
    for format in TOKENS {
        let real: Said = vec![("sub", Value::from("mimi://a.example/u/alice"))];
        assert_eq!(code(&leaf(0, &with_token(format, &provider, 2, &real))), Some(VerdictCode::PseudonymRequired));
        let nobody: Said = vec![("sub", Value::from("mimi://a.example/d/1"))];
        assert_eq!(code(&leaf(0, &with_token(format, &provider, 2, &nobody))), Some(VerdictCode::SubjectMismatch));
        let two: Said = vec![("sub", Value::from("mimi://a.example/p/1")), ("mimi_user", Value::from("mimi://a.example/p/2"))];
        assert_eq!(code(&leaf(0, &with_token(format, &provider, 2, &two))), Some(VerdictCode::SubjectMismatch));
    }
    let mut person = Person::new(&provider, 2);
    let validity = mimicred_x509::Validity::new(NOW - YEAR, NOW + YEAR).unwrap();
    let profile = mimicred_x509::IdentityProfile::new(person.key.public(), validity).with_user(&uri("mimi://a.example/p/one"));
    person.credential = Credential::X509(provider.identity(&profile));
    assert_eq!(code(&leaf(0, &person)), Some(VerdictCode::PseudonymRequired));
}

/// mimi-mls 3.5.3: the credential in a leaf discloses nothing.
#[test]
fn a_token_that_discloses_something_is_named() {
    let provider = Provider::new("a.example", 1);
    for format in TOKENS {
        let mut person = Person::new(&provider, 2);
        let owned = identity(format, &provider, person.key.public(), &pseudonym(), NOW + YEAR);
        person.credential = disclosing_all(&owned, &person.key);
        assert_eq!(code(&leaf(0, &person)), Some(VerdictCode::PseudonymRequired));
    }
}

fn disclosing_all(owned: &Owned, key: &LeafKey) -> Credential {
    match owned {
        Owned::Jwt(held) => {
            let binding = mimicred_sd_jwt::Binding { audience: ROOM, nonce: "leaf", issued_at: NOW };
            let presentation = held.prepare(&Selection::All, &binding).unwrap().sign(key).unwrap();
            Credential::SdJwt(SdJwt::new(presentation.as_str(), SdJwtForm::Compacted).unwrap())
        }
        Owned::Cwt(held) => {
            let binding = mimicred_sd_cwt::Binding { audience: ROOM, nonce: None, issued_at: NOW };
            Credential::SdCwt(held.prepare(&Selection::All, &binding).unwrap().sign(key).unwrap().into_bytes())
        }
        Owned::X509(..) => panic!("no token"),
    }
}

#[test]
fn what_cannot_be_read_and_what_proves_nothing_is_named() {
    let provider = Provider::new("a.example", 1);
    let person = Person::new(&provider, 2);
    let with = |credential: Credential| code(&LeafView::new(0, person.key.public().clone(), credential));
    assert_eq!(with(Credential::X509(vec![vec![0x30, 0x00]])), Some(VerdictCode::Malformed));
    assert_eq!(with(Credential::SdCwt(b"no token".to_vec())), Some(VerdictCode::Malformed));
    assert_eq!(with(Credential::Basic(b"alice".to_vec())), Some(VerdictCode::FormatNotAccepted));
}

#[test]
fn objections_come_in_the_order_of_the_leaves() {
    let provider = Provider::new("a.example", 1);
    let person = Person::new(&provider, 2);
    let with = |index, credential| LeafView::new(index, person.key.public().clone(), credential);
    let leaves: Vec<LeafView> = (0..100)
        .map(|index| match index % 3 {
            0 => with(index, Credential::Basic(Vec::new())),
            1 => with(index, person.credential.clone()),
            _ => with(index, Credential::SdCwt(vec![0xff])),
        })
        .collect();
    let found: Vec<u32> = screen(&leaves).iter().map(|objection| objection.leaf).collect();
    assert_eq!(found, (0..100).filter(|index| index % 3 != 1).collect::<Vec<_>>());
}
