//! What is signed is what came, and signatures have one form.

use mimicred_claims::Value;
use mimicred_cose::{cbor, sign1};
use mimicred_keys::{Algorithm, Family, IssuerKey, ToBeSigned};
use mimicred_sd_cwt::Code;

use super::envelope::fields;
use crate::tokens::*;

/// CWT-E-008, trap 5: the octets received are what is verified, however they are encoded, in each of both messages.
#[test]
fn received_octets_are_what_is_verified() {
    let odd = Draft::with(|draft| {
        // Unsorted; with an 8-octet integer, and a double where a half would do.
        let mut claims = draft.claims.clone();
        take(&mut claims, 4);
        take(&mut claims, 500);
        let rest = cbor::write(&Value::Map(claims)).unwrap();
        let added = hex("19 01f4 fb 3ff8000000000000 1b 0000000000000004 1b 00000000000007d0");
        draft.raw.payload = Some([&[rest[0] + 2], &added[..], &rest[1..]].concat());
        // {170: -16, 16: 293, 1: -19}, and {39: .., 6: 900, 3: ..} likewise.
        draft.raw.protected = Some(hex("b9 0003 18 aa 39 000f 18 10 1a 00000125 1b 0000000000000001 38 12"));
        let audience: String = AUDIENCE.bytes().map(|octet| format!("{octet:02x}")).collect();
        let payload = format!("ba 00000003 18 27 58 05 6e6f6e6365 06 fa 44610000 03 79 {:04x} {audience}", AUDIENCE.len());
        draft.raw.kbt_payload = Some(hex(&payload));
    });
    assert_eq!(odd.verify().unwrap().int(500), Some(&Value::Float(1.5)));
    assert!(odd.accept().is_ok());

    // Two entries of the protected map exchanged after signing.
    let swapped = Draft::with(|draft| {
        let mut token = draft.token();
        let sorted = cbor::write(&Value::Map(draft.protected.clone())).unwrap();
        let at = token.windows(sorted.len()).position(|window| window == sorted).unwrap();
        let (alg, typ) = (&sorted[1..3], &sorted[3..7]);
        token[at + 1..at + 7].copy_from_slice(&[typ, alg].concat());
        draft.raw.kcwt = Some(token);
    });
    assert_eq!(swapped.refused(), Code::SignatureIssuer);
    // A signature over the same with external data. Without any it is the one that is wanted.
    let [protected, unprotected, payload, _] = fields(&Draft::new().token());
    let signed = |context: &str, external: &str| {
        let signed = [hex("84"), hex(context), protected.clone(), hex(external), payload.clone()].concat();
        ToBeSigned::new(Family::Cose, signed)
    };
    for (external, expected) in [("40", None), ("41 00", Some(Code::SignatureIssuer))] {
        let signature = issuer_key().sign(&signed("6a 5369676e617475726531", external).unwrap()).unwrap();
        let token = [hex("d2 84"), protected.clone(), unprotected.clone(), payload.clone(), bstr(signature.as_bytes())].concat();
        assert_eq!(Draft::with(|draft| draft.raw.kcwt = Some(token)).verify().err(), expected, "{external}");
    }
    // In another context, "Signature" or "CounterSignature", nobody here signs at all.
    for context in ["69 5369676e6174757265", "70 436f756e7465725369676e6174757265"] {
        assert!(signed(context, "40").is_err(), "{context}");
    }
}

/// Trap 4: the SD-CWT stands in the KBT as it is; nothing around it, nothing about it encoded anew.
#[test]
fn kcwt_is_the_token_itself() {
    let token = Draft::new().token();
    let kcwt = |octets: Vec<u8>| Draft::with(|draft| draft.raw.kcwt = Some(octets)).verify().err();
    assert_eq!(kcwt(token.clone()), None);
    assert_eq!(kcwt(bstr(&token)), Some(Code::Structure));
    assert_eq!(kcwt(bstr(&token[1..])), Some(Code::Structure));
    assert_eq!(kcwt([&[0x81], &token[..]].concat()), Some(Code::Structure));
    assert_eq!(kcwt([&[0x82], &token[..], &token[..]].concat()), Some(Code::Structure));
    assert_eq!(kcwt(token[1..].to_vec()), Some(Code::Structure));
    // Heads longer than needed, and an unprotected header out of order, as its Holder wrote them.
    let [protected, _, payload, signature] = fields(&token);
    assert_eq!((protected[0], payload[0]), (0x4a, 0x58), "heads of one and two octets");
    let wide = |head: usize, field: &[u8]| {
        let content = &field[head..];
        [&[0x5a][..], &u32::try_from(content.len()).unwrap().to_be_bytes(), content].concat()
    };
    let unprotected = hex("b8 02 3a 0001003f 61 78 19 270f 00");
    let odd = [hex("d8 12 98 04"), wide(1, &protected), unprotected, wide(2, &payload), signature].concat();
    assert_eq!(kcwt(odd.clone()), None);
    assert!(accept(&odd, holder_key().public()).is_ok());
}

/// The token with another signature, in a KBT.
fn with_signature(draft: &Draft, signature: &[u8]) -> Draft {
    let [protected, unprotected, payload, _] = fields(&draft.token());
    let token = [hex("d2 84"), protected, unprotected, payload, bstr(signature)].concat();
    let mut draft = draft.clone();
    draft.raw.kcwt = Some(token);
    draft
}

/// The signature in DER, by hand: SEQUENCE of two INTEGER.
fn der(signature: &[u8]) -> Vec<u8> {
    let integer = |octets: &[u8]| {
        let digits = &octets[octets.iter().take_while(|octet| **octet == 0).count()..];
        let sign = if digits[0] < 0x80 { &[][..] } else { &[0] };
        [&[2, u8::try_from(sign.len() + digits.len()).unwrap()], sign, digits].concat()
    };
    let (r, s) = signature.split_at(signature.len() / 2);
    let both = [integer(r), integer(s)].concat();
    let len = u8::try_from(both.len()).unwrap();
    if len < 0x80 { [&[0x30, len], &both[..]].concat() } else { [&[0x30, 0x81, len], &both[..]].concat() }
}

/// CWT-E-009: ECDSA signatures are r and s in full length, zeros in front included.
#[test]
fn ecdsa_signatures_have_fixed_length() {
    for (algorithm, alg) in [(Algorithm::P256, -9), (Algorithm::P384, -51), (Algorithm::P521, -52)] {
        let mut draft = Draft::with(|draft| draft.issuer = algorithm);
        put(&mut draft.protected, 1, Value::Int(alg));
        let key = IssuerKey::new(secret(algorithm, 1));
        let [protected, payload] = [cbor::write(&Value::Map(draft.protected.clone())).unwrap(), draft.payload()];
        let sign = || key.sign(sign1::PreparedSign1::new(&protected, &payload).unwrap().to_be_signed()).unwrap().into_bytes();
        let signature = std::iter::repeat_with(sign).find(|signature| signature[0] == 0).unwrap();
        assert_eq!(signature.len(), algorithm.signature_len());
        assert_eq!(with_signature(&draft, &signature).verify_with(|_| {}).err(), None, "{algorithm}, zero in front");
        let half = signature.len() / 2;
        let longer = [&[0], &signature[..half], &[0], &signature[half..]].concat();
        for bad in [der(&signature), signature[1..].to_vec(), signature[..2 * half - 1].to_vec(), longer, vec![]] {
            assert_eq!(with_signature(&draft, &bad).refused(), Code::SignatureIssuer, "{algorithm}, {} octets", bad.len());
        }
    }
    // The Holder's.
    let mut draft = Draft::with(|draft| draft.holder = Algorithm::P256);
    put(&mut draft.claims, 8, cnf(secret(Algorithm::P256, 2).public()));
    put(&mut draft.kbt_protected, 1, Value::Int(-9));
    assert_eq!(draft.verify().err(), None);
    let presentation = draft.presentation();
    let [protected, unprotected, payload, signature] = fields(&presentation);
    for bad in [der(&signature[2..]), signature[3..].to_vec()] {
        let kbt = [hex("d2 84"), protected.clone(), unprotected.clone(), payload.clone(), bstr(&bad)].concat();
        assert_eq!(verify(&kbt, |_| {}).unwrap_err(), Code::SignatureHolder, "{} octets", bad.len());
    }
}
