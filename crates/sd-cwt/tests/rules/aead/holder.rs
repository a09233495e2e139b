//! What a Holder encrypts, and what she refuses.

use std::collections::HashSet;

use mimicred_claims::{ClaimPath, Key, Map, Redaction, RedactionPlan, Selection, Value};
use mimicred_cose::cbor::Reader;
use mimicred_cose::sign1::{CwtTag, Sign1};
use mimicred_keys::{Random, SystemRandom};
use mimicred_sd_cwt::{Binding, Code, Encryption, Held, Issuer, KeyContext};

use super::*;

pub(super) const BINDING: Binding<'_> = Binding { audience: AUDIENCE, nonce: Some(NONCE), issued_at: 900 };

fn paths(texts: &[&str]) -> Selection {
    Selection::Paths(texts.iter().map(|text| text.parse().unwrap()).collect())
}

/// A token with an address, 503, that has its city in the clear and its street and its country redacted inside; a name, 504; and a
/// decoy.
fn issued() -> Draft {
    Draft::with(|draft| {
        let mut member = |salt, name: &'static str| {
            let disclosed = draft.disclose(&content(salt, &[Value::from(name.to_uppercase()), Value::from(name)]));
            let Value::Redacted(digest) = disclosed else { unreachable!() };
            digest
        };
        let members = vec![member(1, "street"), member(2, "country")];
        let mut address = Map::from_entries(vec![(Key::from("city"), Value::from("CITY"))]).unwrap();
        address.redacted.extend(members);
        draft.redact(&content(3, &[Value::Map(address), Value::Int(503)]));
        draft.redact(&content(4, &[Value::from("name"), Value::Int(504)]));
        draft.redact(&content(5, &[]));
    })
}

/// The encoded entries of both lists of a presentation.
fn lists(presentation: &[u8]) -> [Vec<Vec<u8>>; 2] {
    let limits = &mimicred_cose::cbor::Limits::DEFAULT;
    let find = |map: &[u8], wanted: i128| {
        let mut reader = Reader::new(map, limits).unwrap();
        for _ in 0..reader.map_head().unwrap() {
            let (key, value) = (reader.key().unwrap(), reader.skip().unwrap());
            if key == Key::Int(wanted) {
                return Some(value.to_vec());
            }
        }
        None
    };
    let kbt = Sign1::parse(presentation, CwtTag::Refused, limits).unwrap();
    let kcwt = find(kbt.protected(), 13).unwrap();
    let token = Sign1::parse(&kcwt, CwtTag::Refused, limits).unwrap();
    [17, 171].map(|label| {
        let Some(list) = find(token.unprotected(), label) else { return Vec::new() };
        let mut reader = Reader::new(&list, limits).unwrap();
        (0..reader.array().unwrap()).map(|_| reader.skip().unwrap().to_vec()).collect()
    })
}

/// What is revealed, what of it is encrypted, and the octets.
fn present(held: &Held, clear: &Selection, encryptions: &[Encryption<'_>]) -> (Vec<String>, Vec<String>, Vec<u8>) {
    let prepared = held.prepare_encrypted(clear, encryptions, &BINDING, &mut SystemRandom).unwrap();
    let texts = |paths: &[ClaimPath]| -> Vec<String> { paths.iter().map(ToString::to_string).collect() };
    let (revealed, encrypted) = (texts(prepared.revealed()), texts(prepared.encrypted()));
    let presentation = prepared.sign(&holder_key()).unwrap();
    assert_eq!(presentation.revealed().len(), revealed.len());
    (revealed, encrypted, presentation.into_bytes())
}

/// CWT-A-001, CWT-A-002, CWT-A-010, CWT-A-012, CWT-A-013, CWT-A-014: some in the clear, some encrypted, each in one list, and
/// with the key all of it.
#[test]
fn the_holder_encrypts_what_she_chose() {
    let (draft, held) = (issued(), issued().accept().unwrap());
    let key = key(&SECRET);
    let street = paths(&["503.street"]);
    let encryption = Encryption { selection: &street, key: &key };
    let (revealed, encrypted, octets) = present(&held, &Selection::All, &[encryption]);
    assert_eq!(revealed, ["503.street", "503.country", "503", "504"]);
    assert_eq!(encrypted, ["503.street"]);
    let [clear, sealed] = lists(&octets);
    // Octet for octet as issued, and what is encrypted is in the clear nowhere (CWT-P-002).
    assert_eq!(clear, draft.disclosures[1..4]);
    assert!(!octets.windows(6).any(|window| window == b"STREET"));
    // [nonce of 12, ciphertext as long as the encoded disclosure, tag of 16].
    let [entry] = sealed.as_slice() else { panic!("one entry") };
    let mut reader = Reader::new(entry, &mimicred_cose::cbor::Limits::DEFAULT).unwrap();
    assert_eq!(reader.array().unwrap(), 3);
    let lengths = [(); 3].map(|()| reader.bytes().unwrap().len());
    assert_eq!(lengths, [12, draft.disclosures[0].len(), 16]);

    let plain = held.prepare(&Selection::All, &BINDING).unwrap().sign(&holder_key()).unwrap();
    let (claims, pending) = open(&octets, std::slice::from_ref(&key)).unwrap();
    assert_eq!(pending, 0);
    assert_eq!(Ok(claims.clone()), verify(plain.as_bytes(), |_| {}));
    // Trap 27: without the key there is less, and no error.
    let (less, pending) = open(&octets, &[]).unwrap();
    assert_eq!(pending, 1);
    let address = less.int(503).and_then(Value::as_map).unwrap();
    assert_eq!((address.len(), address.text("street")), (2, None));
    // A nonce is new each time.
    let nonce = |octets: &[u8]| lists(octets)[1][0][2..14].to_vec();
    let (_, _, again) = present(&held, &Selection::All, &[encryption]);
    assert_ne!(nonce(&octets), nonce(&again));
}

/// CWT-A-022, trap 26: with a parent goes what stands in it; a parent that is needed to reach something goes along, unless it is
/// disclosed in the clear anyway; and a claim that has no disclosure of its own is not left in the clear around it.
#[test]
fn children_go_with_their_parents() {
    let held = issued().accept().unwrap();
    let key = key(&SECRET);
    let rest = |claims: &Map<'_>| claims.int(504).is_some();
    for (clear, encrypted, expected, has_name) in [
        (Selection::All, &["503"][..], &["503.street", "503.country", "503"][..], true),
        (paths(&["503.country", "504"]), &["503"], &["503.street", "503.country", "503"], true),
        (paths(&["503.country"]), &["503.street"], &["503.street"], false),
        (paths(&["503"]), &["503.street"], &["503.street"], false),
        (Selection::None, &["503.street"], &["503.street", "503"], false),
        (paths(&["504"]), &["503.street"], &["503.street", "503"], true),
        // The city is in the disclosure of the address itself.
        (Selection::All, &["503.city"], &["503.street", "503.country", "503"], true),
        (paths(&["503.country"]), &["503.city"], &["503.country", "503"], false),
        (Selection::None, &["503", "504"], &["503.street", "503.country", "503", "504"], false),
    ] {
        let chosen = paths(encrypted);
        let (_, sealed, octets) = present(&held, &clear, &[Encryption { selection: &chosen, key: &key }]);
        assert_eq!(sealed, expected, "{clear:?}, {encrypted:?}");
        assert_eq!(lists(&octets)[1].len(), expected.len());
        // Nothing is unmatched, for a Verifier with the key or without.
        let (claims, pending) = open(&octets, &[]).unwrap();
        assert_eq!((pending, rest(&claims)), (expected.len(), has_name), "{clear:?}, {encrypted:?}");
        let (claims, pending) = open(&octets, std::slice::from_ref(&key)).unwrap();
        assert_eq!(pending, 0);
        for path in encrypted {
            assert!(claims.at(&path.parse().unwrap()).is_some(), "{path}");
        }
    }
    // By hand what the library does not make: the parent closed, the child in the clear.
    let mut draft = issued();
    let parent = draft.disclosures.remove(2);
    put_sealed(&mut draft, &[Sealed::of(1, &parent)]);
    draft.disclosures.truncate(2);
    assert_eq!(open(&draft.presentation(), &[]), Err(Code::DisclosureUnmatched));
    assert!(open(&draft.presentation(), &[key]).is_ok());
}

/// CWT-A-004, CWT-A-020, CWT-A-021: several keys, each with its name on the entries; but one disclosure needs one key.
#[test]
fn several_keys() {
    let held = issued().accept().unwrap();
    let keys = [
        key(&[1; 16]).with_context(KeyContext::Number(1)),
        key(&[2; 16]).with_context(KeyContext::Name("two".to_owned())),
        key(&[3; 16]).with_thumbprint(),
    ];
    let (street, country, name) = (paths(&["503.street"]), paths(&["503.country"]), paths(&["504"]));
    let each = [&street, &country, &name].into_iter().zip(&keys);
    let encryptions: Vec<_> = each.map(|(selection, key)| Encryption { selection, key }).collect();
    let (_, encrypted, octets) = present(&held, &Selection::All, &encryptions);
    assert_eq!(encrypted, ["503.street", "503.country", "504"]);
    for (key, path) in keys.iter().zip(["503.street", "503.country", "504"]) {
        let (claims, pending) = open(&octets, std::slice::from_ref(key)).unwrap();
        let found: Vec<_> =
            ["503.street", "503.country", "504"].into_iter().filter(|path| claims.at(&path.parse().unwrap()).is_some()).collect();
        assert_eq!((found, pending), (vec![path], 2));
    }
    assert_eq!(open(&octets, &keys).unwrap().1, 0);

    let refused = |clear: &Selection, encryptions: &[Encryption<'_>]| {
        held.prepare_encrypted(clear, encryptions, &BINDING, &mut SystemRandom).unwrap_err().code()
    };
    let (address, absent, visible) = (paths(&["503"]), paths(&["999"]), paths(&["500"]));
    let under = |selection, n: usize| Encryption { selection, key: &keys[n] };
    // One claim under two keys; a child under another than its parent; a parent that two children need and nobody else sees.
    assert_eq!(refused(&Selection::None, &[under(&name, 0), under(&name, 1)]), Code::EncryptionConflict);
    assert_eq!(refused(&Selection::All, &[under(&address, 0), under(&street, 1)]), Code::EncryptionConflict);
    assert_eq!(refused(&Selection::All, &[under(&street, 1), under(&address, 0)]), Code::EncryptionConflict);
    assert_eq!(refused(&Selection::None, &[under(&street, 0), under(&country, 1)]), Code::EncryptionConflict);
    // What is not there, and what everybody sees.
    assert_eq!(refused(&Selection::All, &[under(&absent, 0)]), Code::PathUnmatched);
    assert_eq!(refused(&Selection::All, &[under(&visible, 0)]), Code::PathUnmatched);
}

/// CWT-A-005, CWT-A-007, trap 23: the Holder takes the algorithm from the token, and a key that does not fit it is refused.
#[test]
fn the_holder_does_not_choose_the_algorithm() {
    let name = paths(&["504"]);
    for (id, len) in [(None, 16), (Some(1), 16), (Some(2), 32), (Some(29), 32), (Some(30), 16), (Some(31), 32)] {
        let mut draft = issued();
        if let Some(id) = id {
            put(&mut draft.protected, 172, Value::Int(id));
        }
        let held = draft.accept().unwrap();
        let fitting = key(&vec![7; len]);
        let (_, _, octets) = present(&held, &Selection::All, &[Encryption { selection: &name, key: &fitting }]);
        assert_eq!(open(&octets, &[fitting]).unwrap().0.int(504), Some(&Value::from("name")), "{id:?}");
        let other = key(&vec![7; 48 - len]);
        let refused =
            held.prepare_encrypted(&Selection::All, &[Encryption { selection: &name, key: &other }], &BINDING, &mut SystemRandom);
        assert_eq!(refused.unwrap_err().code(), Code::AlgUnsupported, "{id:?}");
    }
    // One that we do not know: the token is good, only encryption is not to be had.
    let held = Draft {
        protected: {
            let mut protected = issued().protected;
            put(&mut protected, 172, Value::Int(33));
            protected
        },
        ..issued()
    };
    let held = held.accept().unwrap();
    let key = key(&SECRET);
    let refused =
        held.prepare_encrypted(&Selection::All, &[Encryption { selection: &name, key: &key }], &BINDING, &mut SystemRandom);
    assert_eq!(refused.unwrap_err().code(), Code::AlgUnsupported);
    assert!(held.prepare(&Selection::All, &BINDING).is_ok());
    assert!(held.prepare_encrypted(&Selection::All, &[], &BINDING, &mut SystemRandom).is_ok());
}

/// CWT-A-010: nonces are drawn at once, one for each, and a source that repeats itself is noticed.
#[test]
fn nonces_are_random_and_differ() {
    struct Counting(Vec<usize>);
    impl Random for Counting {
        fn fill(&mut self, out: &mut [u8]) -> Result<(), mimicred_keys::Error> {
            self.0.push(out.len());
            SystemRandom.fill(out)
        }
    }
    struct Stuck;
    impl Random for Stuck {
        fn fill(&mut self, out: &mut [u8]) -> Result<(), mimicred_keys::Error> {
            out.fill(7);
            Ok(())
        }
    }
    let held = issued().accept().unwrap();
    let (key, both) = (key(&SECRET), paths(&["503.street", "504"]));
    let encryptions = [Encryption { selection: &both, key: &key }];
    let mut counting = Counting(Vec::new());
    let prepared = held.prepare_encrypted(&Selection::All, &encryptions, &BINDING, &mut counting).unwrap();
    assert_eq!(counting.0, [24]);
    let octets = prepared.sign(&holder_key()).unwrap().into_bytes();
    let nonces: HashSet<_> = lists(&octets)[1].iter().map(|entry| entry[2..14].to_vec()).collect();
    assert_eq!(nonces.len(), 2);
    let stuck = held.prepare_encrypted(&Selection::All, &encryptions, &BINDING, &mut Stuck);
    assert_eq!(stuck.unwrap_err().code(), Code::SaltRepeated);
    // Nothing encrypted, nothing drawn; and the list is left out (CWT-V-004).
    let prepared = held.prepare_encrypted(&Selection::All, &[], &BINDING, &mut counting).unwrap();
    assert_eq!((counting.0.len(), prepared.encrypted().len()), (1, 0));
    assert!(lists(prepared.sign(&holder_key()).unwrap().as_bytes())[1].is_empty());
}

/// CWT-A-023: the Issuer says how, and encrypts nothing herself.
#[test]
fn the_issuer_names_the_algorithm() {
    let claims = map(vec![(1, Value::from(ISSUER)), (2, Value::from("s")), (500, Value::from("x"))]);
    let plan = RedactionPlan::new(Redaction::All);
    let issuer = Issuer::new(issuer_key().public()).with_aead(29);
    let token =
        issuer.prepare(claims.clone(), holder_key().public(), &plan, &mut SystemRandom).unwrap().sign(&issuer_key()).unwrap();
    // 172: 29, in the protected header; no 171.
    assert!(token.as_bytes().windows(4).any(|window| window == [0x18, 172, 0x18, 29]));
    let held = accept(token.as_bytes(), holder_key().public()).unwrap();
    let (key, all) = (key(&[7; 32]), Selection::All);
    let (_, encrypted, octets) = present(&held, &Selection::None, &[Encryption { selection: &all, key: &key }]);
    assert_eq!(encrypted, ["2", "500"]);
    assert_eq!(open(&octets, &[key]).unwrap().0.int(500), Some(&Value::from("x")));
    for banned in [3, 4, 14, 28] {
        let issuer = Issuer::new(issuer_key().public()).with_aead(banned);
        let refused = issuer.prepare(claims.clone(), holder_key().public(), &plan, &mut SystemRandom);
        assert_eq!(refused.unwrap_err().code(), Code::AlgUnsupported);
    }
}

/// CWT-H-018, CWT-I-030: an issued token has everything in the clear.
#[test]
fn an_issued_token_has_nothing_encrypted() {
    let mut also = issued();
    let sealed = Sealed::of(1, &also.disclosures[3]);
    put_sealed(&mut also, std::slice::from_ref(&sealed));
    assert_eq!(also.accept().unwrap_err(), Code::Structure);
    // Encrypted instead of clear: what is missing in the clear is missed.
    let mut instead = also.clone();
    instead.disclosures.remove(3);
    assert_eq!(instead.accept().unwrap_err(), Code::DigestUnmatched);
    assert!(issued().accept().is_ok());
}

#[test]
fn keys_are_not_printed() {
    let key = key(&[0xab; 16]).with_context(KeyContext::Number(7));
    let all = Selection::All;
    let printed = format!("{:?} {key:?}", Encryption { selection: &all, key: &key });
    assert!(printed.contains("Number(7)"));
    assert!(!printed.contains("171") && !printed.contains("ab"), "{printed}");
}
