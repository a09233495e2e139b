//! KBTs that were valid before the input was applied: octets of any part exchanged, disclosures dropped, repeated, moved, encrypted;
//! then both signatures are made anew, so that what was changed is what is looked at.

mod base;
mod entries;

use std::collections::BTreeSet;

use arbitrary::{Arbitrary, Unstructured};
use mimicred_claims::Value;
use mimicred_cose::SymmetricKey;
use mimicred_cose::cbor::Writer;
use mimicred_error::Report;
use mimicred_keys::HashAlgorithm;
use mimicred_keys::aead::{Aead, seal};
use mimicred_sd_cwt::{Code, Error, Held, UnverifiedPresentation};

use crate::cast::{AUDIENCE, Counter, SHARED, binding_payload, canonical};
use base::{Base, bases};
use entries::{Entries, Item, Label};

/// Octets of a signature of either curve.
const SIGNATURE_LEN: usize = 64;

/// What is done to which valid presentation.
#[derive(Arbitrary, Debug)]
struct Input {
    base: u8,
    /// Whether the digests are exchanged too where a disclosure was changed, as a hostile Issuer would do.
    digests: Digests,
    edits: Vec<Edit>,
}

#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
enum Digests {
    Follow,
    Stay,
}

#[derive(Arbitrary, Debug)]
enum Edit {
    /// Exchanges octets.
    Patch {
        part: Part,
        at: u16,
        cut: u8,
        put: Vec<u8>,
    },
    /// Puts an entry into a map, or exchanges its value, or takes it out.
    Put {
        part: MapPart,
        label: Label,
        item: Option<Item>,
    },
    Seal(u8, Context, Flaw),
    Drop(u8),
    Repeat(u8),
    Swap(u8, u8),
    /// Turns over a bit of a signature.
    Forge {
        by: Role,
        bit: u16,
    },
}

/// Who signs.
#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Issuer,
    Holder,
}

#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// What a disclosure holds.
    Content(u8),
    /// The same with its head.
    Encoded(u8),
    /// An entry of the encrypted ones.
    Entry(u8),
    Map(MapPart),
}

#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
enum MapPart {
    Payload,
    Protected,
    Unprotected,
    BindingPayload,
    BindingProtected,
    BindingUnprotected,
}

/// How an encrypted disclosure names its key.
#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
enum Context {
    None,
    Thumbprint,
    Unknown(u8),
}

/// What is wrong with an encrypted disclosure.
#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
enum Flaw {
    None,
    SameNonce,
    ShortNonce,
    ShortTag,
    WrongTag,
}

pub fn run(data: &[u8]) -> &'static str {
    let Ok(input) = Input::arbitrary_take_rest(Unstructured::new(data)) else { return "no-input" };
    let bases = bases();
    let base = &bases[usize::from(input.base) % bases.len()];
    let token = input.token(base);
    let presentation = input.binding(base, &token);

    if let Ok(received) = UnverifiedPresentation::parse(&presentation) {
        let _ = (received.issuer(), received.key_id(), received.algorithm(), received.key_binding_algorithm());
        let _ = (received.audience(), received.bound_at(), received.confirmation().is_ok(), format!("{received:?}"));
        let _ = received.x5chain();
    }
    let accepted = base.cast.accept(&token);
    let verified = base.cast.verify(&presentation);
    if let Ok(verified) = &verified {
        let inspected = UnverifiedPresentation::parse(&presentation).and_then(|received| received.inspect());
        let inspected = inspected.expect("what is verified can be looked at");
        assert_eq!(
            inspected.encrypted.len() + inspected.disclosures.len(),
            verified.pending().len() + verified.disclosed().len()
        );
        assert_eq!(verified.audience(), Some(AUDIENCE));
        let _ = format!("{verified:?}");
    }
    assert!(verified.is_err() || !input.is_forged(), "verified though forged");
    let is_bound_as_usual = !input.edits.iter().any(Edit::is_of_binding);
    match (&accepted, &verified) {
        (Ok(held), Ok(verified)) if is_bound_as_usual => {
            assert_eq!(canonical(held.claims()), canonical(verified.claims()));
            assert_eq!(held.disclosed(), verified.disclosed());
        }
        (Ok(held), Err(error)) if is_bound_as_usual => match error.code() {
            Code::Audience => {
                let aud = held.claims().int(3);
                let aud = aud.and_then(Value::as_array).and_then(<[_]>::first).or(aud).and_then(Value::as_text);
                let received = UnverifiedPresentation::parse(&presentation).expect("it is a token in a usual KBT");
                match received.verify(&base.cast.expected(aud)) {
                    Ok(_) => {}
                    Err(error) => assert!(is_of_later(&error, held), "held, and not for this audience: {error}"),
                }
            }
            _ => assert!(is_of_later(error, held), "held but not verified: {error}"),
        },
        (Err(error), Ok(verified)) => {
            let of_the_holder = [Code::DigestUnmatched, Code::DisclosureMalformed, Code::Nonce];
            let received = UnverifiedPresentation::parse(verified.as_bytes()).and_then(|received| received.inspect());
            let has_sealed = received.is_ok_and(|inspected| !inspected.encrypted.is_empty());
            assert!(has_sealed || of_the_holder.contains(&error.code()), "verified but not held: {error}");
        }
        _ => {}
    }
    match verified {
        Ok(verified) if verified.pending().is_empty() => "verified",
        Ok(_) => "verified-pending",
        Err(error) => error.slug(),
    }
}

/// Whether a token is refused because it says it was issued later than the KBT (CWT-T-010), which is no matter for the Holder.
fn is_of_later(error: &Error, held: &Held) -> bool {
    error.code() == Code::Time && held.claims().int(6).is_some()
}

impl Edit {
    fn is_of_binding(&self) -> bool {
        if matches!(self, Edit::Forge { by: Role::Holder, .. }) {
            return true;
        }
        let (Edit::Patch { part: Part::Map(part), .. } | Edit::Put { part, .. }) = self else { return false };
        matches!(part, MapPart::BindingPayload | MapPart::BindingProtected | MapPart::BindingUnprotected)
    }
}

impl Input {
    /// The octets of a part with all patches to it.
    fn patched(&self, wanted: Part, mut octets: Vec<u8>) -> Vec<u8> {
        for edit in &self.edits {
            let Edit::Patch { part, at, cut, put } = edit else { continue };
            if *part == wanted {
                let start = usize::from(*at).min(octets.len());
                let end = (start + usize::from(*cut)).min(octets.len());
                octets.splice(start..end, put.iter().copied());
            }
        }
        octets
    }

    /// A message with its signature changed, which is at the end of it.
    fn forged(&self, wanted: Role, mut message: Vec<u8>) -> Vec<u8> {
        let signature = message.len() - SIGNATURE_LEN;
        for bit in self.turned_over(wanted) {
            message[signature + bit / 8] ^= 1 << (bit % 8);
        }
        message
    }

    /// The bits of a signature that are turned over, twice being never.
    fn turned_over(&self, wanted: Role) -> BTreeSet<usize> {
        let mut bits = BTreeSet::new();
        for edit in &self.edits {
            let Edit::Forge { by, bit } = edit else { continue };
            let bit = usize::from(*bit) % (8 * SIGNATURE_LEN);
            if *by == wanted && !bits.insert(bit) {
                bits.remove(&bit);
            }
        }
        bits
    }

    fn is_forged(&self) -> bool {
        [Role::Issuer, Role::Holder].into_iter().any(|role| !self.turned_over(role).is_empty())
    }

    /// A map with all that is put into it, then patched.
    fn map(&self, wanted: MapPart, mut entries: Entries) -> Vec<u8> {
        for edit in &self.edits {
            let Edit::Put { part, label, item } = edit else { continue };
            if *part == wanted {
                entries.put(*label, item.as_ref());
            }
        }
        self.patched(Part::Map(wanted), entries.encoded())
    }

    fn token(&self, base: &Base) -> Vec<u8> {
        let mut exchanged = Vec::new();
        let mut clear: Vec<(u8, Vec<u8>)> = Vec::new();
        for (n, disclosure) in (0_u8..).zip(&base.disclosures) {
            let mut content = disclosure.clone();
            follow(&mut content, &exchanged);
            let content = self.patched(Part::Content(n), content);
            let encoded = self.patched(Part::Encoded(n), bytes(&content));
            if self.digests == Digests::Follow {
                exchanged.push((digest(base.hash, &bytes(disclosure)), digest(base.hash, &encoded)));
            }
            clear.push((n, encoded));
        }
        let mut sealed = Vec::new();
        let mut nonces = Counter(0);
        for edit in &self.edits {
            let Some(len) = u8::try_from(clear.len()).ok().filter(|len| *len > 0) else { break };
            let place = |n: &u8| usize::from(n % len);
            match edit {
                Edit::Patch { .. } | Edit::Put { .. } | Edit::Forge { .. } => {}
                Edit::Seal(n, context, flaw) => {
                    let (n, encoded) = clear.remove(place(n));
                    let entry = entry(base.aead, &mut nonces, &encoded, *context, *flaw);
                    sealed.push(self.patched(Part::Entry(n), entry));
                }
                Edit::Drop(n) => drop(clear.remove(place(n))),
                Edit::Repeat(n) if len < u8::MAX => clear.push(clear[place(n)].clone()),
                Edit::Repeat(_) => {}
                Edit::Swap(a, b) => clear.swap(place(a), place(b)),
            }
        }
        let mut unprotected = Entries::default();
        let clear: Vec<_> = clear.into_iter().map(|(_, encoded)| encoded).collect();
        for (label, list) in [(17, clear), (171, sealed)] {
            if !list.is_empty() {
                unprotected.push(label, array(&list));
            }
        }
        let mut payload = base.payload.clone();
        follow(&mut payload, &exchanged);
        let payload = self.map(MapPart::Payload, Entries::of(&payload));
        let protected = self.map(MapPart::Protected, Entries::of(&base.protected));
        let token = base.cast.sign_token(&protected, &self.map(MapPart::Unprotected, unprotected), &payload);
        self.forged(Role::Issuer, token)
    }

    fn binding(&self, base: &Base, token: &[u8]) -> Vec<u8> {
        let mut protected = Entries::default();
        protected.push(1, number(base.cast.algorithm()));
        protected.push(13, token.to_vec());
        protected.push(16, number(294));
        let protected = self.map(MapPart::BindingProtected, protected);
        let unprotected = self.map(MapPart::BindingUnprotected, Entries::default());
        let payload = self.map(MapPart::BindingPayload, Entries::of(&binding_payload()));
        self.forged(Role::Holder, base.cast.sign_binding(&protected, &unprotected, &payload))
    }
}

/// Exchanges digests, wherever they stand.
fn follow(octets: &mut [u8], exchanged: &[(Vec<u8>, Vec<u8>)]) {
    for (old, new) in exchanged.iter().filter(|(old, new)| old != new) {
        while let Some(at) = octets.windows(old.len()).position(|window| window == old) {
            octets[at..at + new.len()].copy_from_slice(new);
        }
    }
}

fn digest(hash: HashAlgorithm, encoded: &[u8]) -> Vec<u8> {
    hash.digest(encoded).to_vec()
}

fn bytes(content: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.bytes(content);
    writer.finish()
}

fn number(number: i64) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.int(number);
    writer.finish()
}

fn array(items: &[Vec<u8>]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.array(items.len());
    items.iter().for_each(|item| writer.raw(item));
    writer.finish()
}

/// An encrypted disclosure, right but for the flaw.
fn entry(aead: Aead, nonces: &mut Counter, encoded: &[u8], context: Context, flaw: Flaw) -> Vec<u8> {
    let mut nonce = [0; Aead::NONCE_LEN];
    if flaw != Flaw::SameNonce {
        mimicred_keys::Random::fill(nonces, &mut nonce).expect("it counts");
    }
    let sealed = seal(aead, &SHARED, &nonce, &[], encoded).expect("a key of the right length");
    let (ciphertext, tag) = sealed.split_at(encoded.len());
    let mut tag = tag.to_vec();
    match flaw {
        Flaw::ShortTag => drop(tag.pop()),
        Flaw::WrongTag => tag[0] ^= 1,
        _ => {}
    }
    let nonce = &nonce[usize::from(flaw == Flaw::ShortNonce)..];
    let mut writer = Writer::new();
    writer.array(if context == Context::None { 3 } else { 4 });
    [nonce, ciphertext, &tag].into_iter().for_each(|part| writer.bytes(part));
    match context {
        Context::None => {}
        Context::Thumbprint => writer.bytes(&SymmetricKey::new(&SHARED).thumbprint_sha256()),
        Context::Unknown(number) => writer.int(number.into()),
    }
    writer.finish()
}
