//! A KeyPackage in its fields, and what can be done to them.

use arbitrary::Arbitrary;
use mimicred_keys::{Algorithm, Family, LeafKey, SecretKey, ToBeSigned};
use mimicred_mls::component::{APP_COMPONENTS, AppComponents, DISCLOSURE_RECIPIENTS, KEY_PACKAGE_USAGE, KeyPackageUsage};
use mimicred_mls::sealed::RecipientKey;
use mimicred_mls::signing::sign_content;
use mimicred_mls::tls::Writer;
use mimicred_mls::{Credential, Suite};

use crate::cast::Counter;

/// A field, which is encoded with its length where it has one.
#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Version,
    CipherSuite,
    InitKey,
    EncryptionKey,
    SignatureKey,
    Credential,
    Versions,
    CipherSuites,
    ExtensionTypes,
    ProposalTypes,
    CredentialTypes,
    Source,
    LeafExtensions,
    Extensions,
}

/// All of them, in their order: a leaf begins at the encryption key and ends with its extensions and its signature.
const LEAF: [Field; 10] = [
    Field::EncryptionKey,
    Field::SignatureKey,
    Field::Credential,
    Field::Versions,
    Field::CipherSuites,
    Field::ExtensionTypes,
    Field::ProposalTypes,
    Field::CredentialTypes,
    Field::Source,
    Field::LeafExtensions,
];

/// The fields of a KeyPackage, signed when they are put together.
#[derive(Clone)]
pub(crate) struct Fields {
    content: [Vec<u8>; 14],
    pub(crate) signer: &'static LeafKey,
    /// Bits of the signatures that are turned over: of the leaf's, of the KeyPackage's.
    pub(crate) forged: [Option<u16>; 2],
}

impl Fields {
    /// A KeyPackage as a pseudonym's client makes one, whose lifetime begins and ends at these seconds.
    pub(crate) fn new(suite: Suite, usage: KeyPackageUsage, lifetime: (u64, u64)) -> Self {
        let mut random = Counter(u64::from(suite.number()) << 32);
        let mut hpke = || RecipientKey::generate(suite, &mut random).expect("it counts");
        let (init, encryption, recipient) = (hpke(), hpke(), hpke());
        let signer = key(suite.signature_algorithm());
        let dictionary = |components: &[(u16, Vec<u8>)]| {
            let entry = |out: Writer, (id, data): &(u16, Vec<u8>)| out.u16(*id).vector(data);
            let dictionary = Writer::new().list(components, entry).finish().expect("short");
            Writer::new().list([dictionary], |out, it| out.u16(6).vector(&it)).finish().expect("short")
        };
        let components: AppComponents = [3, 0x22, 0x23, 0xd050].into_iter().collect();
        let of_leaf = [
            (APP_COMPONENTS, components.encode().expect("short")),
            (DISCLOSURE_RECIPIENTS, recipient.component().encode().expect("short")),
        ];
        let numbers = |numbers: &[u16]| Writer::new().list(numbers, |out, number| out.u16(*number)).finish().expect("short");
        let (not_before, not_after) = lifetime;
        let mut fields = Self { content: Default::default(), signer, forged: [None; 2] };
        for (field, content) in [
            (Field::Version, vec![0, 1]),
            (Field::CipherSuite, suite.number().to_be_bytes().to_vec()),
            (Field::InitKey, vector(init.public())),
            (Field::EncryptionKey, vector(encryption.public())),
            (Field::SignatureKey, vector(signer.public().octets())),
            (Field::Credential, Credential::SdCwt(b"an SD-KBT".to_vec()).encode_for_leaf().expect("short")),
            (Field::Versions, numbers(&[1])),
            (Field::CipherSuites, numbers(&[1, 2, 3])),
            (Field::ExtensionTypes, numbers(&[6])),
            (Field::ProposalTypes, numbers(&[8, 10])),
            (Field::CredentialTypes, numbers(&[1, 2, 5, 0xf006])),
            (Field::Source, Writer::new().u8(1).u64(not_before).u64(not_after).finish().expect("short")),
            (Field::LeafExtensions, dictionary(&of_leaf)),
            (Field::Extensions, dictionary(&[(KEY_PACKAGE_USAGE, usage.encode().expect("short"))])),
        ] {
            *fields.field(field) = content;
        }
        fields
    }

    pub(crate) fn field(&mut self, field: Field) -> &mut Vec<u8> {
        &mut self.content[field as usize]
    }

    fn joined(&self, fields: &[Field]) -> Vec<u8> {
        fields.iter().flat_map(|field| self.content[*field as usize].iter().copied()).collect()
    }

    /// The MLSMessage.
    pub(crate) fn message(&self) -> Vec<u8> {
        let leaf = self.signed(b"LeafNodeTBS", self.joined(&LEAF), self.forged[0]);
        let head = self.joined(&[Field::Version, Field::CipherSuite, Field::InitKey]);
        let unsigned = [head, leaf, self.joined(&[Field::Extensions])].concat();
        [b"\x00\x01\x00\x05".to_vec(), self.signed(b"KeyPackageTBS", unsigned, self.forged[1])].concat()
    }

    fn signed(&self, label: &[u8], tbs: Vec<u8>, forged: Option<u16>) -> Vec<u8> {
        let content = sign_content(label, &tbs).and_then(|content| Ok(ToBeSigned::new(Family::Mls, content)?));
        let signature = self.signer.sign(&content.expect("an MLS signature")).expect("a signature");
        let mut signature = signature.into_bytes();
        if let Some(bit) = forged {
            let bit = usize::from(bit) % (8 * signature.len());
            signature[bit / 8] ^= 1 << (bit % 8);
        }
        [tbs, vector(&signature)].concat()
    }
}

/// The key of a leaf, one for each algorithm that leaves can have.
pub(crate) fn key(algorithm: Algorithm) -> &'static LeafKey {
    use std::sync::LazyLock;
    static KEYS: LazyLock<[LeafKey; 3]> = LazyLock::new(|| {
        [Algorithm::Ed25519, Algorithm::P256, Algorithm::P384].map(|algorithm| {
            let secret = SecretKey::from_octets(algorithm, &vec![5; algorithm.coordinate_len()]).expect("a scalar or seed");
            LeafKey::new(secret).expect("a curve for leaves")
        })
    });
    match algorithm {
        Algorithm::Ed25519 => &KEYS[0],
        Algorithm::P256 => &KEYS[1],
        _ => &KEYS[2],
    }
}

pub(crate) fn vector(content: &[u8]) -> Vec<u8> {
    Writer::new().vector(content).finish().expect("short")
}
