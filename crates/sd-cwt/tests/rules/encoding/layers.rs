//! The maps of a presentation, into which a test puts entries of any octets.

use mimicred_claims::Value;
use mimicred_cose::cbor;
use mimicred_sd_cwt::Code;

use crate::tokens::*;

/// A map of a presentation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Layer {
    /// The claims in the payload of the SD-CWT.
    Payload,
    /// The CWT Claims in the protected header, label 15.
    CwtClaims,
    /// A map that is disclosed.
    Disclosed,
    Protected,
    Unprotected,
    KbtProtected,
    KbtUnprotected,
    KbtPayload,
}

use Layer::*;

/// Where marks of redaction have a meaning.
pub(super) const CLAIMS: [Layer; 3] = [Payload, CwtClaims, Disclosed];
/// Where they have none.
pub(super) const PLAIN: [Layer; 5] = [Protected, Unprotected, KbtProtected, KbtUnprotected, KbtPayload];

pub(super) fn all() -> Vec<Layer> {
    [&CLAIMS[..], &PLAIN[..]].concat()
}

impl Layer {
    /// A presentation that is good but for these entries of this map; in hexadecimal, with a semicolon between one and the next.
    pub(super) fn with(self, entries: &str) -> Draft {
        let mut draft = Draft::new();
        let spliced = |octets: Vec<u8>| Some(splice(&octets, entries));
        let encoded = |map: &mimicred_claims::Map<'static>| cbor::write(&Value::Map(map.clone())).unwrap();
        match self {
            Payload => draft.raw.payload = spliced(draft.payload()),
            CwtClaims => {
                let claims = splice(&[0xa0], entries);
                draft.raw.protected = Some(with_raw_entry(&draft.protected, 15, Some(&claims)));
            }
            Disclosed => {
                let disclosure = [&hex("83 50")[..], &[1; 16], &splice(&[0xa0], entries), &hex("19 01f5")].concat();
                draft.redact(&disclosure);
            }
            Protected => draft.raw.protected = spliced(encoded(&draft.protected)),
            Unprotected => draft.raw.unprotected = spliced(encoded(&draft.unprotected)),
            KbtProtected => draft.raw.kbt_protected = spliced(with_raw_entry(&draft.kbt_protected, 13, Some(&draft.token()))),
            KbtUnprotected => draft.raw.kbt_unprotected = spliced(encoded(&draft.kbt_unprotected)),
            KbtPayload => draft.raw.kbt_payload = spliced(encoded(&draft.kbt_claims)),
        }
        draft
    }

    /// The same, with the entries in a map deeper down: 7000: [{..}].
    pub(super) fn with_below(self, entries: &str) -> Draft {
        let inner: String = splice(&[0xa0], entries).iter().map(|octet| format!("{octet:02x}")).collect();
        self.with(&format!("19 1b58 81 {inner}"))
    }

    /// Whether the Holder meets it too.
    fn is_in_token(self) -> bool {
        matches!(self, Payload | CwtClaims | Disclosed | Protected | Unprotected)
    }
}

/// The encoded map, of few entries, with more of them.
fn splice(map: &[u8], entries: &str) -> Vec<u8> {
    let count = u8::try_from(entries.split(';').count()).unwrap();
    let (head, rest) = map.split_first().unwrap();
    assert!((0xa0..0xb7).contains(&(head + count - 1)), "a map with a head of one octet");
    [&[head + count], rest, &hex(entries)].concat()
}

/// Both roles refuse each entry with its code, in each of these maps and in maps inside them.
#[track_caller]
pub(super) fn refuse(layers: &[Layer], entries: &[(&str, Code)]) {
    for layer in layers {
        for (entry, code) in entries {
            for draft in [layer.with(entry), layer.with_below(entry)] {
                assert_eq!(draft.refused(), *code, "{entry} in {layer:?}");
                if layer.is_in_token() {
                    assert_eq!(draft.accept().map(drop), Err(*code), "{entry} in {layer:?}, for the Holder");
                }
            }
        }
    }
}

/// Both roles accept each entry, in each of these maps and in maps inside them.
#[track_caller]
pub(super) fn accept_all(layers: &[Layer], entries: &[&str]) {
    for layer in layers {
        for entry in entries {
            for draft in [layer.with(entry), layer.with_below(entry)] {
                assert_eq!(draft.verify().err(), None, "{entry} in {layer:?}");
                assert_eq!(draft.accept().err(), None, "{entry} in {layer:?}, for the Holder");
            }
        }
    }
}
