//! A provider with a root and an issuing CA, both with Ed25519, and what it has issued to one key.

use std::sync::LazyLock;

use mimicred_keys::{Algorithm, Family, IssuerKey, LeafKey, SecretKey, ToBeSigned};
use mimicred_x509::{
    Anchor, Ca, CaProfile, Certificate, IdentityProfile, IssuanceBinding, PseudonymProfile, REAL_POLICY, Validity,
    prepare_identity, prepare_issuing_ca, prepare_pseudonym, prepare_root,
};

use super::{Counter, NOW};

pub const BINDING: IssuanceBinding<'static> = IssuanceBinding { issuer: "i.example", nonce: b"given to one account" };

/// Who takes part, and what they have.
pub struct Provider {
    pub key: IssuerKey,
    pub ca: Ca,
    pub leaf: LeafKey,
    pub pseudonym: Certificate,
    pub identity: Certificate,
    pub issuing: Certificate,
    pub root: Certificate,
    pub anchors: [Anchor; 1],
}

pub fn provider() -> &'static Provider {
    static PROVIDER: LazyLock<Provider> = LazyLock::new(Provider::new);
    &PROVIDER
}

impl Provider {
    fn new() -> Self {
        let secret = |n: u8| SecretKey::from_octets(Algorithm::Ed25519, &[n; 32]).expect("a seed");
        let random = &mut Counter(0);
        let (root_key, key) = (IssuerKey::new(secret(1)), IssuerKey::new(secret(2)));
        let leaf = LeafKey::new(secret(3)).expect("a curve for leaves");
        let days = |days| Validity::days(NOW, days).expect("days");
        let profile = CaProfile::new("Root", days(3650)).with_organization("Example");
        let root = prepare_root(&profile, root_key.public(), random).and_then(|made| made.sign(&root_key)).expect("a root");
        let above = Ca::from_certificate(&root).expect("a CA");
        let profile = CaProfile::new("Issuing", days(365));
        let issuing = prepare_issuing_ca(&above, &profile, key.public(), random).and_then(|made| made.sign(&root_key));
        let issuing = issuing.expect("an issuing CA");
        let ca = Ca::from_certificate(&issuing).expect("a CA");
        let uri = |text: &str| text.parse().expect("a MIMI URI");
        let (user, client) = (uri("mimi://i.example/p/abc"), uri("mimi://i.example/d/def"));
        let profile = PseudonymProfile::new(leaf.public(), &user, &client, days(30));
        let pseudonym = prepare_pseudonym(&ca, &profile, random).and_then(|made| made.sign(&key)).expect("a pseudonym");
        let profile = IdentityProfile::new(leaf.public(), days(30))
            .with_display_name("Zoë")
            .with_email("zoe@i.example")
            .with_user(&uri("mimi://i.example/u/zoe"))
            .with_uri("https://i.example/zoe")
            .with_policy(REAL_POLICY.parse().expect("an identifier"));
        let identity = prepare_identity(&ca, &profile, random).and_then(|made| made.sign(&key)).expect("an identity");
        let anchors = [Anchor::from_certificate(&root).expect("a CA")];
        Self { key, ca, leaf, pseudonym, identity, issuing, root, anchors }
    }

    /// The certificate or list with this content, signed by the issuing CA if a key signs such octets.
    pub fn signed(&self, family: Family, content: &[u8]) -> Option<Vec<u8>> {
        let signature = self.key.sign(&ToBeSigned::new(family, content).ok()?).expect("a family of issuers");
        Some(assembled(content, signature.as_bytes()))
    }

    /// The request with this content, signed by the leaf key if a key signs such octets.
    pub fn requested(&self, content: &[u8]) -> Option<Vec<u8>> {
        let signature = self.leaf.sign(&ToBeSigned::new(Family::Csr, content).ok()?).expect("a family of leaves");
        Some(assembled(content, signature.as_bytes()))
    }
}

/// What was signed, the identifier of Ed25519, and the signature.
fn assembled(content: &[u8], signature: &[u8]) -> Vec<u8> {
    let rest = [&[0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 65, 0], signature].concat();
    let length = content.len() + rest.len();
    let octets = length.to_be_bytes();
    let header: &[u8] = match length {
        0..=0x7f => &octets[7..],
        0x80..=0xff => &[0x81, octets[7]],
        0x100..=0xffff => &[0x82, octets[6], octets[7]],
        _ => &[0x83, octets[5], octets[6], octets[7]],
    };
    [&[0x30], header, content, &rest].concat()
}

/// What was signed of something that is signed: the first element inside.
pub fn content(der: &[u8]) -> &[u8] {
    let header = |octets: &[u8]| if octets[1] < 0x80 { 2 } else { 2 + usize::from(octets[1] & 0x7f) };
    let inside = &der[header(der)..];
    let length = inside[2..header(inside)].iter().fold(0, |length, octet| length << 8 | usize::from(*octet));
    &inside[..header(inside) + if inside[1] < 0x80 { usize::from(inside[1]) } else { length }]
}

/// Exchanges octets: two for the place, one for what comes there.
pub fn edited(octets: &[u8], edits: &[u8]) -> Vec<u8> {
    let mut octets = octets.to_vec();
    for edit in edits.chunks_exact(3) {
        let place = usize::from(u16::from_be_bytes([edit[0], edit[1]])) % octets.len();
        octets[place] = edit[2];
    }
    octets
}
