//! SD-JWT+KBs that were valid before the input was applied: octets of any part exchanged, disclosures dropped, repeated, moved; then
//! both signatures are made anew, so that what was changed is what is looked at. What is changed after that is never verified.

mod base;
mod members;

use std::collections::BTreeSet;

use arbitrary::{Arbitrary, Unstructured};
use mimicred_error::Report;
use mimicred_jose::base64url;
use mimicred_keys::HashAlgorithm;
use mimicred_sd_jwt::serialization::to_json;
use mimicred_sd_jwt::{Error, JsonForm, JsonSdJwt, UnverifiedPresentation};

use crate::cast::AUDIENCE;
use crate::cast::jwt::{BOUND, audience_of, binding_payload, canonical, hash_of, signing_input};
use crate::sd_jwt::is_of_verifier;
use base::{Base, bases};
use members::{Item, Members, Name};

/// Octets of a signature of either curve.
const SIGNATURE_LEN: usize = 64;

/// What is done to which valid presentation.
#[derive(Arbitrary, Debug)]
struct Input {
    base: u8,
    /// Whether the digests are exchanged too where a disclosure was changed, as a hostile Issuer would do.
    digests: Digests,
    /// How it is sent.
    form: Form,
    edits: Vec<Edit>,
}

#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
enum Digests {
    Follow,
    Stay,
}

#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Compact,
    Flattened,
    General,
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
    /// Puts a member into an object, or exchanges its value, or takes it out.
    Put {
        part: ObjectPart,
        name: Name,
        item: Option<Item>,
    },
    Drop(u8),
    /// After the Holder signed.
    DropLater(u8),
    Repeat(u8),
    Swap(u8, u8),
    Move(u8, u8),
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
    /// The same as base64url.
    Encoded(u8),
    Object(ObjectPart),
    /// The whole as it is sent, signed already.
    Sent,
}

#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
enum ObjectPart {
    Payload,
    Header,
    BindingPayload,
    BindingHeader,
    /// The unprotected header of the JSON form, or what it stands in.
    Unprotected,
    Json,
}

pub fn run(data: &[u8]) -> &'static str {
    let Ok(input) = Input::arbitrary_take_rest(Unstructured::new(data)) else { return "no-input" };
    let bases = bases();
    let base = &bases[usize::from(input.base) % bases.len()];
    let (token, hash) = input.token(base);
    let signed = [token.as_str(), &input.binding(base, &token, hash)].concat();
    let sent = match input.sent(&signed) {
        Ok(sent) => sent,
        Err(outcome) => return outcome,
    };

    let accepted = base.cast.accept_jwt(&token);
    let audience = accepted.as_ref().ok().and_then(|held| audience_of(held.claims()));
    let received = UnverifiedPresentation::parse(&sent);
    if let Ok(received) = &received {
        let _ = (received.issuer(), received.key_id(), received.algorithm(), received.bound_at(), format!("{received:?}"));
    }
    let verified = received.as_ref().map_err(|error| Error::new(error.code()));
    let verified = verified.and_then(|received| base.cast.verify_jwt(received, audience.as_deref(), BOUND));
    if let Ok(verified) = &verified {
        let inspected = received.as_ref().ok().and_then(|received| received.inspect().ok());
        let inspected = inspected.expect("what is verified can be looked at");
        assert_eq!(inspected.disclosures.len(), verified.disclosed().len());
        assert_eq!(verified.audience(), Some(AUDIENCE));
        let _ = format!("{verified:?}");
        assert_eq!(sent, signed, "verified though changed after it was signed");
    }
    assert!(verified.is_err() || !input.is_forged(), "verified though forged");
    assert!(accepted.is_err() || input.turned_over(Role::Issuer).is_empty(), "held though forged");
    let is_bound_as_usual = sent == signed && !input.edits.iter().any(Edit::is_of_binding);
    match (&accepted, &verified) {
        (Ok(held), Ok(verified)) => {
            assert_eq!(canonical(held.claims()), canonical(verified.claims()));
            assert_eq!(held.disclosed(), verified.disclosed());
        }
        (Ok(held), Err(error)) if is_bound_as_usual => {
            assert!(is_of_verifier(error, held), "held but not verified: {error}");
        }
        (Err(error), Ok(_)) => panic!("verified but not held: {error}"),
        _ => {}
    }
    match verified {
        Ok(_) => "verified",
        Err(error) => error.slug(),
    }
}

impl Edit {
    fn is_of_binding(&self) -> bool {
        if matches!(self, Edit::Forge { by: Role::Holder, .. }) {
            return true;
        }
        let (Edit::Patch { part: Part::Object(part), .. } | Edit::Put { part, .. }) = self else { return false };
        matches!(part, ObjectPart::BindingPayload | ObjectPart::BindingHeader)
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

    /// The same of what has to be text.
    fn patched_text(&self, wanted: Part, text: String) -> String {
        String::from_utf8_lossy(&self.patched(wanted, text.into_bytes())).into_owned()
    }

    /// An object with all that is put into it, then patched.
    fn object(&self, wanted: ObjectPart, object: &str) -> Vec<u8> {
        let mut members = Members::of(object);
        self.put(wanted, &mut members);
        self.patched(Part::Object(wanted), members.text())
    }

    fn put(&self, wanted: ObjectPart, members: &mut Members) {
        for edit in &self.edits {
            let Edit::Put { part, name, item } = edit else { continue };
            if *part == wanted {
                members.put(*name, item.as_ref());
            }
        }
    }

    /// A JWT with bits of its signature turned over.
    fn forged(&self, by: Role, jwt: String) -> String {
        let bits = self.turned_over(by);
        if bits.is_empty() {
            return jwt;
        }
        let (signing_input, signature) = jwt.rsplit_once('.').expect("a JWT");
        let mut signature = base64url::decode(signature).expect("our own");
        bits.into_iter().for_each(|bit| signature[bit / 8] ^= 1 << (bit % 8));
        [signing_input, &base64url::encode(&signature)].join(".")
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

    /// Everything up to the last tilde, and the hash that it names.
    fn token(&self, base: &Base) -> (String, HashAlgorithm) {
        let mut exchanged = Vec::new();
        let mut disclosures = Vec::new();
        for (n, disclosure) in (0_u8..).zip(&base.disclosures) {
            let content = self.patched(Part::Content(n), follow(disclosure, &exchanged).into_bytes());
            let encoded = self.patched_text(Part::Encoded(n), base64url::encode(&content));
            if self.digests == Digests::Follow {
                exchanged.push((digest(base.hash, &base64url::encode(disclosure.as_bytes())), digest(base.hash, &encoded)));
            }
            disclosures.push(encoded);
        }
        for edit in &self.edits {
            let Some(len) = u8::try_from(disclosures.len()).ok().filter(|len| *len > 0) else { break };
            let place = |n: &u8| usize::from(n % len);
            match edit {
                Edit::Patch { .. } | Edit::Put { .. } | Edit::Forge { .. } | Edit::DropLater(_) => {}
                Edit::Drop(n) => drop(disclosures.remove(place(n))),
                Edit::Repeat(n) if len < u8::MAX => disclosures.push(disclosures[place(n)].clone()),
                Edit::Repeat(_) => {}
                Edit::Swap(a, b) => disclosures.swap(place(a), place(b)),
                Edit::Move(from, to) => {
                    let moved = disclosures.remove(place(from));
                    disclosures.insert(place(to), moved);
                }
            }
        }
        let payload = self.object(ObjectPart::Payload, &follow(&base.payload, &exchanged));
        let header = self.object(ObjectPart::Header, &base.header);
        let jwt = self.forged(Role::Issuer, base.cast.issuer_jwt(&signing_input(&header, &payload)));
        let parts = std::iter::once(jwt).chain(disclosures);
        (parts.flat_map(|part| [part, "~".to_owned()]).collect(), hash_of(&payload))
    }

    fn binding(&self, base: &Base, token: &str, hash: HashAlgorithm) -> String {
        let header = self.object(ObjectPart::BindingHeader, &base.cast.jwt_header("kb+jwt"));
        let payload = self.object(ObjectPart::BindingPayload, &binding_payload(token, hash));
        self.forged(Role::Holder, base.cast.holder_jwt(&signing_input(&header, &payload)))
    }

    /// Without some of the disclosures that the key binding covers.
    fn dropped_later(&self, signed: &str) -> String {
        let mut parts: Vec<_> = signed.split('~').collect();
        for edit in &self.edits {
            let Edit::DropLater(n) = edit else { continue };
            // The first part is the Issuer's JWT, the last one the Holder's.
            let last = parts.len() - 1;
            if last > 1 {
                parts.remove(1 + usize::from(*n) % (last - 1));
            }
        }
        parts.join("~")
    }

    /// What arrives, in compact form, or what becomes of it on the way.
    fn sent(&self, signed: &str) -> Result<String, &'static str> {
        let signed = &self.dropped_later(signed);
        let form = match self.form {
            Form::Compact => return Ok(self.patched_text(Part::Sent, signed.to_owned())),
            Form::Flattened => JsonForm::Flattened,
            Form::General => JsonForm::General,
        };
        let written = to_json(signed, form).map_err(|error| error.slug())?;
        let mut members = Members::of(&written);
        members.within("header", |header| self.put(ObjectPart::Unprotected, header));
        members.within("signatures", |signature| {
            signature.within("header", |header| self.put(ObjectPart::Unprotected, header));
        });
        self.put(ObjectPart::Json, &mut members);
        let text = String::from_utf8_lossy(&members.text()).into_owned();
        let read = JsonSdJwt::parse(&self.patched_text(Part::Sent, text)).map_err(|error| error.slug())?;
        let _ = (read.other_signatures(), format!("{read:?}"));
        Ok(read.into_compact())
    }
}

/// Exchanges digests, wherever they stand.
fn follow(text: &str, exchanged: &[(String, String)]) -> String {
    exchanged.iter().fold(text.to_owned(), |text, (old, new)| text.replace(old, new))
}

fn digest(hash: HashAlgorithm, text: &str) -> String {
    base64url::encode(&hash.digest(text.as_bytes()))
}
