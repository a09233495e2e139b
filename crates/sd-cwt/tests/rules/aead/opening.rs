//! What a Verifier makes of what is inside, and with which key it opens it.

use mimicred_claims::{Limits, Value};
use mimicred_cose::cbor;
use mimicred_keys::aead::Aead;
use mimicred_keys::sha256;
use mimicred_sd_cwt::{Code, DisclosureKey, Expectations, KeyBinding, KeyContext, Nonce, UnverifiedPresentation};

use super::*;

/// CWT-A-011: nothing else is authenticated with it.
#[test]
fn there_is_no_associated_data() {
    for aad in [&b"x"[..], b"\xa0", b"sd_aead_encrypted_claims"] {
        let sealed = Sealed::with_aad(Aead::Aes128Gcm, &SECRET, 1, &encoded(), aad);
        let draft = under(1, &sealed);
        assert_eq!((closed(&draft), opened(&draft)), (Ok(1), Err(Code::AeadAuth)));
    }
}

/// CWT-A-012, CWT-A-024, trap 2, trap 3: what is inside is one byte string as it stands in `sd_claims`, by all its rules.
#[test]
fn a_plaintext_is_an_encoded_disclosure() {
    let inside = |plaintext: &[u8], digest_of: &[u8]| {
        let draft = Draft::with(|draft| {
            draft.claims.redacted.push(mimicred_claims::Digest::copied(&sha256(digest_of)));
            put_sealed(draft, &[Sealed::of(1, plaintext)]);
        });
        // Who cannot look inside cannot mind.
        assert_eq!(closed(&draft), Ok(1));
        opened(&draft).map(drop)
    };
    let code = |plaintext: &[u8]| inside(plaintext, plaintext).unwrap_err();
    let content = content(1, &[Value::from("hidden"), Value::Int(501)]);
    let encoded = bstr(&content);
    assert_eq!((content.len(), encoded.len()), (28, 30));
    assert_eq!(inside(&encoded, &encoded), Ok(()));
    // The digest is over the plaintext with its head, not without (trap 1).
    assert_eq!(inside(&encoded, &content), Err(Code::DisclosureUnmatched));
    // Without the head it is an array.
    assert_eq!(code(&content), Code::DisclosureMalformed);
    assert_eq!(code(&cbor::write(&Value::from("text")).unwrap()), Code::DisclosureMalformed);
    // A longer head than needed.
    assert_eq!(code(&[&[0x59, 0, 28], &content[..]].concat()), Code::CborForbidden);
    // Two items, none, half of one.
    assert_eq!(code(&[&encoded[..], &[0]].concat()), Code::CborMalformed);
    assert_eq!(code(b""), Code::CborMalformed);
    assert_eq!(code(&encoded[..20]), Code::CborMalformed);
    // Indefinite lengths: of the byte string, of the array inside.
    assert_eq!(code(&[&[0x5f], &encoded[..], &[0xff]].concat()), Code::CborForbidden);
    assert_eq!(code(&bstr(&[&[0x9f], &content[1..], &[0xff]].concat())), Code::CborForbidden);
    // A salt of 15 octets, four fields, something behind the array.
    let short_salt = cbor::write(&array(vec![bytes(&[1; 15]), Value::from("x"), Value::Int(501)])).unwrap();
    assert_eq!(code(&bstr(&short_salt)), Code::DisclosureMalformed);
    assert_eq!(code(&bstr(&super::content(1, &[Value::Null, Value::Int(501), Value::Null]))), Code::DisclosureMalformed);
    assert_eq!(code(&bstr(&[&content[..], &[0]].concat())), Code::DisclosureMalformed);
    // The rules of values hold too: a key that is none, a mark for the Issuer.
    assert_eq!(code(&bstr(&super::content(1, &[Value::Tag(58, Box::new(Value::Null)), Value::Int(501)]))), Code::CborForbidden);
}

/// CWT-A-015: an opened disclosure is one like any other, with its place and its rules.
#[test]
fn what_is_opened_is_as_if_it_were_clear() {
    // A child in one list and its parent in the other, either way; and a decoy.
    for child_is_sealed in [true, false] {
        let draft = Draft::with(|draft| {
            let child = bstr(&content(1, &[Value::from("child")]));
            let inner = array(vec![Value::from("first"), digest(&child)]);
            let parent = hide(draft, &content(2, &[inner, Value::Int(501)]));
            let decoy = hide(draft, &content(3, &[]));
            let (clear, sealed) = if child_is_sealed { (parent, child) } else { (child, parent) };
            draft.disclosures.push(clear);
            put_sealed(draft, &[Sealed::of(1, &sealed), Sealed::of(2, &decoy)]);
        });
        let claims = opened(&draft).unwrap();
        assert_eq!(claims.int(501), Some(&array(vec![Value::from("first"), Value::from("child")])));
        // CWT-A-022, trap 26: without the key a clear child has nowhere to go; a closed child is missed by nobody (trap 27).
        let (_, without) = (draft.verify(), open(&draft.presentation(), &[]));
        match child_is_sealed {
            true => assert_eq!(without.unwrap().0.int(501), Some(&array(vec![Value::from("first")]))),
            false => assert_eq!(without, Err(Code::DisclosureUnmatched)),
        }
    }
    let sealed = |redact: &dyn Fn(&mut Draft) -> Vec<u8>| {
        let draft = Draft::with(|draft| {
            let encoded = redact(draft);
            put_sealed(draft, &[Sealed::of(1, &encoded)]);
        });
        assert_eq!(closed(&draft), Ok(1));
        opened(&draft).map(drop)
    };
    // No digest; the key of a clear claim; one that is never redacted; the wrong kind for its place; a type.
    assert_eq!(sealed(&|_| encoded()), Err(Code::DisclosureUnmatched));
    assert_eq!(sealed(&|draft| hide(draft, &content(1, &[Value::Null, Value::Int(500)]))), Err(Code::ClaimCollision));
    let exp = |draft: &mut Draft| {
        take(&mut draft.claims, 4);
        hide(draft, &content(1, &[Value::Int(2000), Value::Int(4)]))
    };
    assert_eq!(sealed(&exp), Err(Code::RedactionForbidden));
    assert_eq!(sealed(&|draft| hide(draft, &content(1, &[Value::Null]))), Err(Code::DisclosureMalformed));
    let sub = |draft: &mut Draft| {
        take(&mut draft.claims, 2);
        hide(draft, &content(1, &[Value::Int(5), Value::Int(2)]))
    };
    assert_eq!(sealed(&sub), Err(Code::ClaimType));
}

/// CWT-A-002: a disclosure that comes twice, once in each list or twice in the second.
#[test]
fn a_disclosure_is_in_one_list_only() {
    let both = Draft::with(|draft| {
        draft.redact(&content(1, &[Value::from("hidden"), Value::Int(501)]));
        let sealed = Sealed::of(1, &draft.disclosures[0]);
        put_sealed(draft, &[sealed]);
    });
    assert_eq!(opened(&both), Err(Code::DigestDuplicate));
    let twice = Draft::with(|draft| {
        let encoded = hide(draft, &content(1, &[Value::from("hidden"), Value::Int(501)]));
        put_sealed(draft, &[Sealed::of(1, &encoded), Sealed::of(2, &encoded)]);
    });
    assert_eq!(opened(&twice), Err(Code::DigestDuplicate));
    assert_eq!(closed(&twice), Ok(2));
}

/// CWT-A-016, CWT-A-020, CWT-A-021: which key is tried, and what if it does not fit.
#[test]
fn keys_are_chosen_by_name() {
    let seven = || key(&SECRET).with_context(KeyContext::Number(7));
    let named = |context: Value<'static>| hidden(|sealed| sealed.context = Some(context)).presentation();
    let outcome = |octets: &[u8], keys: &[DisclosureKey]| open(octets, keys).map(|(_, pending)| pending);
    let by_seven = named(Value::Int(7));
    assert_eq!(outcome(&by_seven, &[seven()]), Ok(0));
    assert_eq!(outcome(&by_seven, &[key(&[1; 16]).with_context(KeyContext::Number(8)), seven()]), Ok(0));
    // Unknown contexts: of a key that is not there, of a key that has no name.
    assert_eq!(outcome(&by_seven, &[key(&SECRET)]), Ok(1));
    assert_eq!(outcome(&named(Value::Int(8)), &[seven()]), Ok(1));
    assert_eq!(outcome(&named(Value::from("7")), &[seven()]), Ok(1));
    // The right name and the wrong key.
    assert_eq!(outcome(&by_seven, &[key(&[1; 16]).with_context(KeyContext::Number(7))]), Err(Code::AeadAuth));
    // A thumbprint: SHA-256 of {1: 4, -1: h'5a5a..'}, the octets written here.
    let thumbprint = sha256(&[&[0xa2, 0x01, 0x04, 0x20, 0x50], &SECRET[..]].concat());
    assert_eq!(outcome(&named(bytes(&thumbprint)), &[key(&[1; 16]), key(&SECRET)]), Ok(0));
    assert_eq!(outcome(&named(bytes(&thumbprint)), &[seven()]), Ok(0));
    for other in [&thumbprint[..31], &[0; 32], b""] {
        assert_eq!(outcome(&named(bytes(other)), &[key(&SECRET)]), Ok(1));
    }
    // Lengths: AES-256-GCM has keys of 32 octets.
    for (id, len) in [(2, 16), (1, 32), (1, 15), (29, 16), (31, 16), (30, 32)] {
        let draft = under(id, &Sealed::of(1, &encoded()));
        assert_eq!(outcome(&draft.presentation(), &[key(&vec![0x5a; len])]), Err(Code::AlgUnsupported), "{id}, {len}");
    }
}

/// CWT-A-017, CWT-A-018, trap 27: what is closed is counted and left alone, and whoever gets the whole can open it.
#[test]
fn pending_disclosures_are_passed_on() {
    let draft = Draft::with(|draft| {
        let first = hide(draft, &content(1, &[Value::from("a"), Value::Int(501)]));
        let second = hide(draft, &content(2, &[Value::from("b"), Value::Int(502)]));
        let inner = Sealed::with(Aead::Aes128Gcm, &[9; 16], 2, &second).named(Value::from("inner"));
        put_sealed(draft, &[Sealed::of(1, &first), inner]);
    });
    let octets = draft.presentation();
    let issuers = [trusted(ISSUER, issuer_key().public())];
    let expected = Expectations {
        issuers: &issuers,
        audience_of_token: None,
        key_binding: KeyBinding::Required { audience: AUDIENCE, nonce: Nonce::Any, max_age: None },
        clock: Clock { now: NOW, leeway: 0 },
        limits: Limits::DEFAULT,
    };
    let outer_keys = [key(&SECRET)];
    let outer = UnverifiedPresentation::parse(&octets).unwrap().with_disclosure_keys(&outer_keys);
    assert_eq!(outer.as_bytes(), octets);
    let outer = outer.verify(&expected).unwrap();
    assert_eq!((outer.claims().int(501), outer.claims().int(502)), (Some(&Value::from("a")), None));
    let [pending] = outer.pending() else { panic!("one is pending") };
    assert_eq!((pending.index, &pending.key_context), (1, &Some(KeyContext::Name("inner".to_owned()))));
    assert_eq!(pending.length, bstr(&content(2, &[Value::from("b"), Value::Int(502)])).len());
    assert_eq!(outer.undisclosed(), 1);
    assert_eq!(outer.disclosed().len(), 1);

    let inner_keys = [key(&[9; 16]).with_context(KeyContext::Name("inner".to_owned())), key(&SECRET)];
    let inner = UnverifiedPresentation::parse(outer.as_bytes()).unwrap().with_disclosure_keys(&inner_keys);
    let inner = inner.verify(&expected).unwrap();
    assert_eq!(inner.claims().int(502), Some(&Value::from("b")));
    assert_eq!((inner.pending().len(), inner.undisclosed()), (0, 0));
}
