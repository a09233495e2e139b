//! KBTs that were valid before the input was applied: octets of any part exchanged, disclosures dropped, repeated, moved, encrypted;
//! then both signatures are made anew, so that what was changed is what is looked at.

mod base;

use arbitrary::{Arbitrary, Unstructured};
use mimicred_cose::cbor::Writer;
use mimicred_error::Report;
use mimicred_keys::HashAlgorithm;
use mimicred_keys::aead::{Aead, seal};
use mimicred_sd_cwt::{Code, UnverifiedPresentation};

use crate::cast::{AUDIENCE, Counter, SHARED, accept, binding_payload, canonical, expected, sign_binding, sign_token, verify};
use base::{Base, bases};

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
    Patch { part: Part, at: u16, cut: u8, put: Vec<u8> },
    Seal(u8),
    Drop(u8),
    Repeat(u8),
    Swap(u8, u8),
}

#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// What a disclosure holds.
    Content(u8),
    /// The same with its head.
    Encoded(u8),
    /// An entry of the encrypted ones.
    Entry(u8),
    Payload,
    Protected,
    /// More entries of the unprotected header of the SD-CWT.
    Unprotected,
    /// The protected header of the KBT up to the SD-CWT, and behind it.
    BeforeToken,
    BehindToken,
    BindingPayload,
    BindingUnprotected,
}

pub fn run(data: &[u8]) -> &'static str {
    let Ok(input) = Input::arbitrary_take_rest(Unstructured::new(data)) else { return "no-input" };
    let bases = bases();
    let base = &bases[usize::from(input.base) % bases.len()];
    let token = input.token(base);
    let presentation = input.binding(&token);

    if let Ok(received) = UnverifiedPresentation::parse(&presentation) {
        let _ = (received.issuer(), received.key_id(), received.algorithm(), received.key_binding_algorithm());
        let _ = (received.audience(), received.bound_at(), received.confirmation().is_ok(), format!("{received:?}"));
        received.x5chain().expect("looked at while it was parsed");
    }
    let accepted = accept(&token);
    let verified = verify(&presentation);
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
    let is_bound_as_usual = !input.edits.iter().any(|edit| matches!(edit, Edit::Patch { part, .. } if part.is_of_binding()));
    match (&accepted, &verified) {
        (Ok(held), Ok(verified)) if is_bound_as_usual => {
            assert_eq!(canonical(held.claims()), canonical(verified.claims()));
            assert_eq!(held.disclosed(), verified.disclosed());
        }
        (Ok(held), Err(error)) if is_bound_as_usual => {
            let received = UnverifiedPresentation::parse(&presentation).expect("it is a token in a usual KBT");
            assert!(held.claims().int(3).is_some() && error.code() == Code::Audience, "held but not verified: {error}");
            let aud = held.claims().int(3).and_then(|aud| aud.as_text().or(aud.as_array()?.first()?.as_text()));
            received.verify(&expected(aud)).expect("held, and for this audience");
        }
        (Err(error), Ok(_)) => {
            let of_the_holder = [Code::DigestUnmatched, Code::DisclosureMalformed, Code::Nonce];
            let has_sealed = input.edits.iter().any(|edit| matches!(edit, Edit::Seal(_)));
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

impl Part {
    fn is_of_binding(self) -> bool {
        matches!(self, Part::BeforeToken | Part::BehindToken | Part::BindingPayload | Part::BindingUnprotected)
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
        for edit in &self.edits {
            let Some(len) = u8::try_from(clear.len()).ok().filter(|len| *len > 0) else { break };
            let place = |n: &u8| usize::from(n % len);
            match edit {
                Edit::Patch { .. } => {}
                Edit::Seal(n) => sealed.push(clear.remove(place(n))),
                Edit::Drop(n) => drop(clear.remove(place(n))),
                Edit::Repeat(n) if len < u8::MAX => clear.push(clear[place(n)].clone()),
                Edit::Repeat(_) => {}
                Edit::Swap(a, b) => clear.swap(place(a), place(b)),
            }
        }
        let mut payload = base.payload.clone();
        follow(&mut payload, &exchanged);
        let payload = self.patched(Part::Payload, payload);
        let protected = self.patched(Part::Protected, base.protected.clone());
        sign_token(&protected, &self.unprotected(base.aead, &clear, &sealed), &payload)
    }

    fn unprotected(&self, aead: Aead, clear: &[(u8, Vec<u8>)], sealed: &[(u8, Vec<u8>)]) -> Vec<u8> {
        let more = self.patched(Part::Unprotected, Vec::new());
        let mut header = Writer::new();
        header.map([clear.is_empty(), sealed.is_empty(), more.is_empty()].iter().filter(|is_empty| !**is_empty).count());
        if !clear.is_empty() {
            header.int(17);
            header.array(clear.len());
            clear.iter().for_each(|(_, encoded)| header.raw(encoded));
        }
        if !sealed.is_empty() {
            header.int(171);
            header.array(sealed.len());
            let mut nonces = Counter(0);
            sealed.iter().for_each(|(n, encoded)| header.raw(&self.patched(Part::Entry(*n), entry(aead, &mut nonces, encoded))));
        }
        header.raw(&more);
        header.finish()
    }

    fn binding(&self, token: &[u8]) -> Vec<u8> {
        let mut header = self.patched(Part::BeforeToken, vec![0xa3, 0x01, 0x28, 0x0d]);
        header.extend_from_slice(token);
        header.extend(self.patched(Part::BehindToken, vec![0x10, 0x19, 0x01, 0x26]));
        let unprotected = self.patched(Part::BindingUnprotected, vec![0xa0]);
        sign_binding(&header, &unprotected, &self.patched(Part::BindingPayload, binding_payload()))
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

fn entry(aead: Aead, nonces: &mut Counter, encoded: &[u8]) -> Vec<u8> {
    let mut nonce = [0; Aead::NONCE_LEN];
    mimicred_keys::Random::fill(nonces, &mut nonce).expect("it counts");
    let sealed = seal(aead, &SHARED, &nonce, &[], encoded).expect("a key of the right length");
    let (ciphertext, tag) = sealed.split_at(encoded.len());
    let mut writer = Writer::new();
    writer.array(3);
    [&nonce, ciphertext, tag].into_iter().for_each(|part| writer.bytes(part));
    writer.finish()
}
