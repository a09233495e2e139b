//! What a Verifier makes of what stands on the wire.

use mimicred_claims::{Key, Limits, Map, Value};
use mimicred_cose::cbor;
use mimicred_keys::aead::Aead;
use mimicred_sd_cwt::{Code, KeyContext, UnverifiedPresentation, UnverifiedSdCwt};

use super::*;

const ALL: [(u16, Aead); 5] = [
    (1, Aead::Aes128Gcm),
    (2, Aead::Aes256Gcm),
    (29, Aead::ChaCha20Poly1305),
    (30, Aead::Aes128GcmSiv),
    (31, Aead::Aes256GcmSiv),
];

/// CWT-A-001, CWT-A-003, CWT-A-004: three fields and four, each kind of key context; and each thing that is none.
#[test]
fn entries_have_three_fields_or_four() {
    let contexts =
        [Value::Int(0), Value::Int((1 << 64) - 1), Value::from(""), Value::from("moderators"), bytes(b""), bytes(&[7; 32])];
    assert_eq!(opened(&hidden(|_| {})).unwrap().int(501), Some(&Value::from("hidden")));
    for context in contexts {
        let draft = hidden(|sealed| sealed.context = Some(context.clone()));
        assert_eq!(closed(&draft), Ok(1), "{context:?}");
        let named = match &context {
            Value::Int(number) => KeyContext::Number((*number).try_into().unwrap()),
            Value::Text(name) => KeyContext::Name(name.clone().into_owned()),
            other => KeyContext::Thumbprint(other.as_bytes().unwrap().to_vec()),
        };
        let (claims, pending) = open(&draft.presentation(), &[key(&SECRET).with_context(named)]).unwrap();
        assert_eq!((claims.int(501), pending), (Some(&Value::from("hidden")), 0));
    }
    let map = || Value::Map(Map::new());
    for context in [
        Value::Int(-1),
        Value::Float(7.0),
        Value::Null,
        Value::from(true),
        map(),
        array(vec![]),
        Value::Tag(1, Box::new(Value::Int(7))),
    ] {
        assert_eq!(refused(&hidden(|sealed| sealed.context = Some(context.clone()))), Code::AeadFormat, "{context:?}");
    }
    let list = |entries: Value<'static>| Draft::with(|draft| put(&mut draft.unprotected, 171, entries));
    let Value::Array(fields) = Sealed::of(1, &encoded()).entry() else { unreachable!() };
    let (two, five) = (fields[..2].to_vec(), [fields.clone(), vec![Value::Int(7), Value::Int(8)]].concat());
    for entry in [array(two), array(five), array(vec![]), bytes(b"entry"), Value::Int(1), map()] {
        assert_eq!(refused(&list(array(vec![entry.clone()]))), Code::AeadFormat, "{entry:?}");
        // Behind one that is as it should be.
        assert_eq!(refused(&list(array(vec![Sealed::of(2, &encoded()).entry(), entry]))), Code::AeadFormat);
    }
    for at in 0..3 {
        for other in [Value::from("text"), Value::Null, array(vec![])] {
            let mut fields = fields.clone();
            fields[at] = other;
            assert_eq!(refused(&list(array(vec![array(fields)]))), Code::AeadFormat, "field {at}");
        }
    }
    // CWT-V-004: an empty list, or none.
    for list_of in [array(vec![]), map(), bytes(b"")] {
        assert_eq!(refused(&list(list_of)), Code::Structure);
    }
}

/// CWT-A-001, CWT-A-005, CWT-A-006: which header is which.
#[test]
fn headers_are_where_they_belong() {
    let entries = || array(vec![Sealed::of(1, &encoded()).entry()]);
    assert_eq!(refused(&Draft::with(|draft| put(&mut draft.protected, 171, entries()))), Code::Header);
    // CWT-A-005: unprotected it is not honoured, and not ignored either.
    for id in [1, 2] {
        let mut draft = hidden(|_| {});
        put(&mut draft.unprotected, 172, Value::Int(id));
        assert_eq!(refused(&draft), Code::Header);
    }
    for wrong in [Value::Int(65536), Value::Int(-1), Value::from("1"), bytes(&[1]), Value::Float(1.0), array(vec![Value::Int(1)])]
    {
        let mut draft = hidden(|_| {});
        put(&mut draft.protected, 172, wrong.clone());
        assert_eq!(refused(&draft), Code::Header, "{wrong:?}");
        assert_eq!(draft.accept().unwrap_err(), Code::Header);
    }
    // 65535 is a number that we do not know: a matter for whoever has a key.
    let unknown = under(65535, &Sealed::of(1, &encoded()));
    assert_eq!(closed(&unknown), Ok(1));
    assert_eq!(opened(&unknown), Err(Code::AlgUnsupported));
    assert!(Draft::with(|draft| put(&mut draft.protected, 172, Value::Int(65535))).verify().is_ok());
}

/// CWT-A-005, CWT-A-007, trap 23: the algorithm is the Issuer's, AES-128-GCM where she says nothing.
#[test]
fn the_token_names_the_algorithm() {
    for (id, aead) in ALL {
        let secret = vec![0x33; aead.key_len()];
        let draft = under(id, &Sealed::with(aead, &secret, 1, &encoded()));
        let (claims, pending) = open(&draft.presentation(), &[key(&secret)]).unwrap();
        assert_eq!((claims.int(501), pending), (Some(&Value::from("hidden")), 0), "{id}");
        // Encrypted with another than the one named.
        for (other, other_aead) in
            ALL.into_iter().filter(|(other, other_aead)| *other != id && other_aead.key_len() == aead.key_len())
        {
            let draft = under(id, &Sealed::with(other_aead, &secret, 1, &encoded()));
            assert_eq!(open(&draft.presentation(), &[key(&secret)]), Err(Code::AeadAuth), "{id}, made with {other}");
        }
    }
    assert!(opened(&hidden(|_| {})).is_ok());
}

/// CWT-A-007, CWT-A-008, trap 24: refused by Verifier and Holder, with something encrypted or without.
#[test]
fn algorithms_that_must_not_be_used() {
    for id in (3..=14).chain([18, 19, 21, 22, 24, 25, 27, 28]) {
        assert_eq!(refused(&under(id, &Sealed::of(1, &encoded()))), Code::AlgUnsupported, "{id}");
        let named = Draft::with(|draft| put(&mut draft.protected, 172, Value::Int(id.into())));
        assert_eq!(named.refused(), Code::AlgUnsupported, "{id}");
        assert_eq!(named.accept().unwrap_err(), Code::AlgUnsupported, "{id}");
    }
}

/// CWT-A-009, trap 25: AEGIS with an X has a tag of 32 octets; it and AES-SIV stay closed here, and with a key there is an error.
#[test]
fn algorithms_that_we_do_not_have() {
    for id in 34..=37 {
        let with_tag = |len: usize| {
            let mut sealed = Sealed::of(1, &encoded());
            sealed.nonce = vec![1; 16];
            sealed.tag = vec![7; len];
            under(id, &sealed)
        };
        assert_eq!(refused(&with_tag(16)), Code::AeadFormat, "{id}");
        assert_eq!(closed(&with_tag(32)), Ok(1));
        assert_eq!(opened(&with_tag(32)), Err(Code::AlgUnsupported));
    }
    for id in [0, 15, 16, 17, 20, 23, 26, 32, 33, 38, 40000] {
        let draft = under(id, &Sealed::of(1, &encoded()));
        assert_eq!((closed(&draft), opened(&draft)), (Ok(1), Err(Code::AlgUnsupported)), "{id}");
        // CWT-A-007: no tag of any of them is shorter than 16 octets.
        let mut short = Sealed::of(1, &encoded());
        short.tag.pop();
        assert_eq!(refused(&under(id, &short)), Code::AeadFormat, "{id}");
    }
}

/// CWT-A-010, CWT-A-013: lengths of nonce and tag, and a nonce used twice; known before anything is opened.
#[test]
fn nonces_and_tags_have_their_lengths() {
    for len in [0, 11, 13, 16] {
        assert_eq!(refused(&hidden(|sealed| sealed.nonce = vec![1; len])), Code::AeadFormat, "{len}");
    }
    for len in [0, 12, 15, 17, 32] {
        assert_eq!(refused(&hidden(|sealed| sealed.tag.resize(len, 0))), Code::AeadFormat, "{len}");
    }
    // The tag behind the ciphertext, where libraries put it, and none in its field.
    assert_eq!(refused(&hidden(|sealed| sealed.ciphertext.append(&mut sealed.tag))), Code::AeadFormat);
    let two = |nonces: [u8; 2]| {
        Draft::with(|draft| {
            let first = hide(draft, &content(1, &[Value::from("a"), Value::Int(501)]));
            let second = hide(draft, &content(2, &[Value::from("b"), Value::Int(502)]));
            put_sealed(draft, &[Sealed::of(nonces[0], &first), Sealed::of(nonces[1], &second)]);
        })
    };
    assert_eq!(closed(&two([1, 2])), Ok(2));
    assert!(opened(&two([1, 2])).is_ok());
    assert_eq!(refused(&two([1, 1])), Code::AeadFormat);
}

/// CWT-A-016: every bit of an entry without a key context counts, although the KBT is signed over the changed one.
#[test]
fn every_bit_of_an_entry_counts() {
    let good = hidden(|_| {});
    let entry = cbor::write(&Sealed::of(1, &encoded()).entry()).unwrap();
    let with_entry = |entry: &[u8]| {
        let mut draft = good.clone();
        let raw = with_raw_entry(&Map::new(), 171, Some(&[&[0x81], entry].concat()));
        draft.raw.unprotected = Some(raw);
        draft
    };
    assert!(opened(&with_entry(&entry)).is_ok());
    // 83 4c <nonce> 58 1e <ciphertext> 50 <tag>
    assert_eq!(entry.len(), 1 + 13 + 2 + 30 + 17);
    let (nonce, ciphertext, tag) = (2..14, 16..46, 47..63);
    for at in 0..entry.len() {
        for bit in 0..8_u32 {
            let mut changed = entry.clone();
            changed[at] ^= 1_u8 << bit;
            let code = open(&with_entry(&changed).presentation(), &[key(&SECRET)]).unwrap_err();
            if nonce.contains(&at) || ciphertext.contains(&at) || tag.contains(&at) {
                assert_eq!(code, Code::AeadAuth, "octet {at}, bit {bit}");
            }
        }
    }
    // The same with a named key: in what names it, a change means another key, which nobody has.
    let mut named = cbor::write(&Sealed::of(1, &encoded()).named(Value::Int(7)).entry()).unwrap();
    let keys = [key(&SECRET).with_context(KeyContext::Number(7))];
    assert_eq!(open(&with_entry(&named).presentation(), &keys).unwrap().1, 0);
    *named.last_mut().unwrap() = 6;
    let (claims, pending) = open(&with_entry(&named).presentation(), &keys).unwrap();
    assert_eq!((claims.int(501), pending), (None, 1));
}

/// CWT-A-019: the KBT is signed over the encrypted disclosures too.
#[test]
fn the_holder_signs_what_is_encrypted() {
    let good = hidden(|_| {});
    let signed = with_raw_entry(&good.kbt_protected, 13, Some(&good.token()));
    let without: fn(&mut Draft) = |draft| take(&mut draft.unprotected, 171);
    let other: fn(&mut Draft) = |draft| put_sealed(draft, &[Sealed::of(2, &encoded())]);
    for change in [without, other] {
        let mut changed = good.clone();
        change(&mut changed);
        let changed = with_raw_entry(&good.kbt_protected, 13, Some(&changed.token()));
        let payload = cbor::write(&Value::Map(good.kbt_claims.clone())).unwrap();
        let holder = mimicred_keys::IssuerKey::new(secret(mimicred_keys::Algorithm::Ed25519, 2));
        let signature = holder.sign(mimicred_cose::sign1::PreparedSign1::new(&signed, &payload).unwrap().to_be_signed()).unwrap();
        let message = |protected| mimicred_cose::sign1::encode(protected, &[0xa0], &payload, signature.as_bytes());
        assert!(open(&message(&signed), &[]).is_ok());
        assert_eq!(open(&message(&changed), &[key(&SECRET)]), Err(Code::SignatureHolder));
    }
}

/// CWT-V-035: both lists together are limited in number, before anything is opened.
#[test]
fn both_lists_are_limited_together() {
    let draft = Draft::with(|draft| {
        draft.redact(&content(1, &[Value::from("clear"), Value::Int(502)]));
        let encoded = hide(draft, &content(2, &[Value::from("hidden"), Value::Int(501)]));
        put_sealed(draft, &[Sealed::of(1, &encoded)]);
    });
    let octets = draft.presentation();
    for (disclosures, expected) in [(2, None), (1, Some(Code::Limit)), (0, Some(Code::Limit))] {
        let limits = Limits { disclosures, ..Limits::DEFAULT };
        let parsed = UnverifiedPresentation::parse_within(&octets, &limits);
        assert_eq!(parsed.err().map(|error| error.code()), expected, "{disclosures}");
        assert_eq!(verify(&octets, |expected| expected.limits = limits).err(), expected, "{disclosures}");
    }
}

/// What is encrypted is shown as it stands, by name of the key and length, and the algorithm by its name.
#[test]
fn inspection_shows_what_is_pending() {
    let octets = hidden(|sealed| sealed.context = Some(Value::Int(7))).presentation();
    let inspected = UnverifiedPresentation::parse(&octets).unwrap().inspect().unwrap();
    assert_eq!(inspected.encrypted.len(), 1);
    assert_eq!((inspected.encrypted[0].index, inspected.encrypted[0].length), (0, 30));
    assert_eq!(inspected.encrypted[0].key_context, Some(KeyContext::Number(7)));
    assert_eq!(inspected.aead.as_deref(), Some("AES-128-GCM"));
    assert!(inspected.unprotected.get(&Key::Int(171)).is_none());
    let banned = Draft::with(|draft| put(&mut draft.protected, 172, Value::Int(3))).token();
    assert_eq!(UnverifiedSdCwt::parse(&banned).unwrap().inspect().unwrap().aead, None);
}
