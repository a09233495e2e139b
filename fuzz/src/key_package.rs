//! KeyPackages before two readers: ours, which knows RFC 9420 and no library, and the one on OpenMLS. What one of them refuses the
//! other has a reason to take, and the reasons are few: `README.md` lists them, and this file holds them to it.
//!
//! A KeyPackage comes as it is, or as a valid one with fields exchanged and signed anew, under an offer.

mod differences;
pub(crate) mod fields;
mod seeds;

use std::time::{SystemTime, UNIX_EPOCH};

use arbitrary::{Arbitrary, Unstructured};
use mimicred_error::Report;
use mimicred_keys::Algorithm;
use mimicred_mls::component::KeyPackageUsage;
use mimicred_mls::group::{KeyPackage, Provider, UnverifiedKeyPackage};
use mimicred_mls::{Code, Error, KeyPackageOffer, KeyPackageView, LeafNodeSource, OfferContext, Suite};
use mimicred_uri::MimiUri;

use crate::cast::{Counter, cast};
use fields::{Field, Fields, key, vector};
pub use seeds::seeds;

const SALT: [u8; 16] = [7; 16];
const DAY: u64 = 86_400;

/// What is done to a valid KeyPackage.
#[derive(Arbitrary, Debug)]
struct Input {
    suite: Which,
    edits: Vec<Edit>,
}

#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    X25519,
    P256,
    ChaCha20,
}

#[derive(Arbitrary, Debug)]
enum Edit {
    /// Exchanges octets of a field.
    Patch { field: Field, at: u8, cut: u8, put: Vec<u8> },
    /// Exchanges the whole content of a field that is one vector.
    Content { field: Field, content: Vec<u8> },
    /// Puts a number into a list of them, or takes the last one out.
    Number { field: Field, number: Option<u16> },
    /// Puts an extension into one of the two lists.
    Extension { of_leaf: bool, number: u16, data: Vec<u8> },
    /// Exchanges the lifetime, in hours from now.
    Lifetime { from: i16, until: i16 },
    /// Another suite, whatever the key.
    Suite(u16),
    /// The key of the init_key is that of the leaf.
    SameKeys,
    /// Signs with another key, which the leaf has from then on, or not.
    Signer { algorithm: Which, is_shown: bool },
    /// Turns over a bit of a signature.
    Forge { of_leaf: bool, bit: u16 },
}

pub fn run(data: &[u8]) -> &'static str {
    match data.split_first() {
        Some((0, octets)) => judge(octets, true).0,
        Some((1, rest)) => match Input::arbitrary_take_rest(Unstructured::new(rest)) {
            Ok(input) => structured(&input),
            Err(_) => "no-input",
        },
        _ => "no-input",
    }
}

fn structured(input: &Input) -> &'static str {
    let suite = match input.suite {
        Which::X25519 => Suite::X25519Aes128Ed25519,
        Which::P256 => Suite::P256Aes128P256,
        Which::ChaCha20 => Suite::X25519ChaCha20Ed25519,
    };
    let (room, offerer) = (room(), cast().holder.public());
    let context = OfferContext { room_uri: Some(&room), offerer_key: offerer };
    let usage = KeyPackageUsage::offered(&SALT, Some(&room), offerer).expect("short");
    // The clock that OpenMLS looks at: a day is enough for whatever time this takes.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let valid = Fields::new(suite, usage, (now - DAY, now + 27 * DAY));
    let mut fields = valid.clone();
    for edit in &input.edits {
        edit.apply(&mut fields, now);
    }
    let (outcome, view) = judge(&fields.message(), fields.forged == [None; 2]);
    if input.edits.is_empty() {
        assert_eq!(outcome, "verified");
    }
    let Some(view) = view else { return outcome };

    // An offer of the valid one is none of another; and of this one there is an offer if it was made for one.
    let valid = KeyPackageView::decode(&valid.message()).expect("our own");
    let offer = KeyPackageOffer::prepare(&context, now, &[&valid], SALT).and_then(|prepared| prepared.sign(&[key_of(suite)]));
    let offer = offer.expect("it was made for an offer");
    offer.verify(&context, now, &[&valid]).expect("our own");
    let same = view.octets() == valid.octets();
    assert_eq!(offer.verify(&context, now, &[&view]).is_ok(), same, "an offer of another KeyPackage");
    offered(&context, now, &view, &fields);
    outcome
}

/// A new offer for this KeyPackage, which is not looked at beyond its usage: prepared, signed and verified, or none of it.
fn offered(context: &OfferContext<'_>, now: u64, view: &KeyPackageView, fields: &Fields) {
    let is_signer = view.leaf_node().signature_key_octets() == fields.signer.public().octets();
    match KeyPackageOffer::prepare(context, now, &[view], SALT).and_then(|prepared| prepared.sign(&[fields.signer])) {
        Ok(offer) => {
            assert!(is_signer);
            let read = KeyPackageOffer::decode(&offer.encode().expect("our own")).expect("our own");
            assert_eq!(read, offer);
            read.verify(context, now, &[view]).expect("our own");
            assert_eq!(read.verify(context, now + 1, &[view]).map_err(|error| error.code()), Err(Code::OfferExpired));
        }
        Err(error) if error.code() == Code::OfferKeyMissing => assert!(!is_signer),
        Err(_) => {}
    }
}

/// What both readers say of an MLSMessage, and that they have their reasons where they say different things.
fn judge(message: &[u8], is_signed: bool) -> (&'static str, Option<KeyPackageView>) {
    let read = KeyPackageView::decode_message(message);
    let ours = read.as_ref().map_err(copied).and_then(|view| view.verify_signature().map_err(|error| copied(&error)));
    let theirs_read = UnverifiedKeyPackage::parse(message);
    let theirs = match &theirs_read {
        Ok(received) => {
            let _ = (received.credential().is_ok(), received.signature_key(), format!("{received:?}"));
            received.clone().verify(&Provider::new(Counter(0)))
        }
        Err(error) => Err(Error::new(error.code())),
    };
    if let Ok(view) = &read {
        assert_eq!([b"\x00\x01\x00\x05", view.octets()].concat(), message);
        assert_eq!((view.to_message(), KeyPackageView::decode(view.octets()).as_ref().ok()), (message.to_vec(), Some(view)));
        let leaf = mimicred_mls::LeafNode::decode(view.leaf_node().octets());
        assert_eq!(leaf.as_ref().ok(), Some(view.leaf_node()));
        let _ = (view.leaf_node().app_components().is_ok(), view.extensions().components().is_ok(), format!("{view:?}"));
    }
    assert!(is_signed || (ours.is_err() && theirs.is_err()), "verified though forged");
    match (&read, &theirs_read) {
        (Err(error), Ok(received)) => assert!(differences::only_ours_refuses(error, received), "read by OpenMLS alone: {error}"),
        (Ok(view), Err(error)) => assert!(differences::only_theirs_refuses(view), "not read by OpenMLS: {error:?}"),
        _ => {}
    }
    match (&read, &ours, &theirs) {
        (Ok(view), Ok(()), Ok(verified)) => agree(view, verified),
        (Ok(view), Ok(()), Err(error)) if theirs_read.is_ok() => {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
            assert!(differences::is_stricter(view, error, now), "refused by OpenMLS: {error:?}");
        }
        (Ok(_), Err(error), Ok(_)) => panic!("verified by OpenMLS alone: {error}"),
        _ => {}
    }
    let outcome = match (&read, ours, theirs) {
        (_, Ok(()), Ok(_)) => "verified",
        (_, Ok(()), Err(error)) => error.slug(),
        (_, Err(error), _) => error.slug(),
    };
    (outcome, read.ok())
}

/// The same KeyPackage to both.
fn agree(view: &KeyPackageView, verified: &KeyPackage) {
    let leaf = view.leaf_node();
    assert_eq!(view.suite().ok(), Some(verified.suite()));
    assert_eq!(leaf.signature_key().ok().as_ref(), Some(verified.signature_key()));
    assert_eq!(leaf.credential(), verified.credential());
    assert_eq!(view.to_message(), verified.octets());
    let LeafNodeSource::KeyPackage { not_before, not_after } = *leaf.source() else { panic!("a leaf of a group") };
    assert_eq!((not_before, not_after), (verified.lifetime().not_before(), verified.lifetime().not_after()));
    assert_eq!(leaf.app_components().expect("as OpenMLS has them").unwrap_or_default(), *verified.components());
    let reference = view.reference(verified.suite().hash()).expect("a reference");
    assert_eq!(&reference[..], verified.reference());
}

impl Edit {
    fn apply(&self, fields: &mut Fields, now: u64) {
        match self {
            Edit::Patch { field, at, cut, put } => {
                let content = fields.field(*field);
                let at = usize::from(*at) % (content.len() + 1);
                let end = content.len().min(at + usize::from(*cut));
                content.splice(at..end, put.iter().copied());
            }
            Edit::Content { field, content } => *fields.field(*field) = vector(content),
            Edit::Number { field, number } => {
                let list = fields.field(*field);
                let mut numbers = list.get(1..).unwrap_or_default().to_vec();
                match number {
                    Some(number) => numbers.extend(number.to_be_bytes()),
                    None => numbers.truncate(numbers.len().saturating_sub(2)),
                }
                *list = vector(&numbers);
            }
            Edit::Extension { of_leaf, number, data } => {
                let list = fields.field(if *of_leaf { Field::LeafExtensions } else { Field::Extensions });
                let mut extensions = content_of(list);
                extensions.extend([&number.to_be_bytes(), &vector(data)[..]].concat());
                *list = vector(&extensions);
            }
            Edit::Lifetime { from, until } => {
                let at = |hours: &i16| now.saturating_add_signed(i64::from(*hours) * 3600).to_be_bytes();
                *fields.field(Field::Source) = [&[1], &at(from)[..], &at(until)].concat();
            }
            Edit::Suite(number) => *fields.field(Field::CipherSuite) = number.to_be_bytes().to_vec(),
            Edit::SameKeys => *fields.field(Field::InitKey) = fields.field(Field::EncryptionKey).clone(),
            Edit::Signer { algorithm, is_shown } => {
                fields.signer = key(match algorithm {
                    Which::X25519 => Algorithm::Ed25519,
                    Which::P256 => Algorithm::P256,
                    Which::ChaCha20 => Algorithm::P384,
                });
                if *is_shown {
                    *fields.field(Field::SignatureKey) = vector(fields.signer.public().octets());
                }
            }
            Edit::Forge { of_leaf, bit } => fields.forged[usize::from(!of_leaf)] = Some(*bit),
        }
    }
}

/// What is in a vector, if it is one.
fn content_of(vector: &[u8]) -> Vec<u8> {
    mimicred_mls::tls::Reader::new(vector).vector(usize::MAX).unwrap_or_default().to_vec()
}

fn key_of(suite: Suite) -> &'static mimicred_keys::LeafKey {
    key(suite.signature_algorithm())
}

fn room() -> MimiUri {
    "mimi://hub.example/r/clubhouse".parse().expect("a URI")
}

fn copied(error: &Error) -> Error {
    Error::new(error.code())
}

#[cfg(test)]
mod tests;
