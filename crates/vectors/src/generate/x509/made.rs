//! Certificates by hand.

use mimicred_keys::{Algorithm, Family, PublicKey, ToBeSigned, sha256};

use crate::cast::{self, NOW};
use crate::generate::der::{self, bit_string, element, explicit, implicit, octet_string, oid, sequence};
use crate::sign::FixedKey;

pub(crate) const DAY: i64 = 86_400;
/// The start of the day of [`NOW`].
pub(crate) const TODAY: i64 = NOW - NOW % DAY;
pub(crate) const USER: &str = "mimi://a.example/p/AAAAAAAAAAAAAAAAAAAAAA";
pub(crate) const CLIENT: &str = "mimi://a.example/d/BBBBBBBBBBBBBBBBBBBBBA";

pub(crate) const KEY_USAGE: &str = "2.5.29.15";
pub(crate) const ALTERNATIVE_NAME: &str = "2.5.29.17";
pub(crate) const BASIC_CONSTRAINTS: &str = "2.5.29.19";
pub(crate) const NAME_CONSTRAINTS: &str = "2.5.29.30";
pub(crate) const POLICIES: &str = "2.5.29.32";
pub(crate) const AUTHORITY_KEY: &str = "2.5.29.35";
pub(crate) const SUBJECT_KEY: &str = "2.5.29.14";
pub(crate) const EXTENDED_USAGE: &str = "2.5.29.37";

/// digitalSignature alone.
pub(crate) const SIGNS: [u8; 4] = [3, 2, 7, 0x80];
/// keyCertSign and cRLSign.
pub(crate) const ISSUES: [u8; 4] = [3, 2, 1, 0x06];

/// An extension: its identifier, whether it is critical, and what its OCTET STRING holds.
#[derive(Clone)]
pub(crate) struct Extension {
    pub(crate) oid: &'static str,
    pub(crate) critical: Critical,
    pub(crate) value: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Critical {
    Yes,
    No,
}

pub(crate) fn extension(oid: &'static str, critical: Critical, value: &[u8]) -> Extension {
    Extension { oid, critical, value: value.to_vec() }
}

impl Extension {
    pub(crate) fn to_der(&self) -> Vec<u8> {
        let critical: &[u8] = if self.critical == Critical::Yes { &[der::BOOLEAN, 1, 0xff] } else { &[] };
        sequence(&[&oid(self.oid), critical, &octet_string(&self.value)])
    }
}

/// A certificate that is being made.
#[derive(Clone)]
pub(crate) struct Made {
    pub(crate) version: Vec<u8>,
    pub(crate) serial: Vec<u8>,
    /// The AlgorithmIdentifier inside.
    pub(crate) algorithm: Vec<u8>,
    /// That outside, if it is another one.
    pub(crate) outer_algorithm: Option<Vec<u8>>,
    pub(crate) issuer: Vec<u8>,
    pub(crate) validity: [Vec<u8>; 2],
    pub(crate) subject: Vec<u8>,
    pub(crate) spki: Vec<u8>,
    pub(crate) extensions: Vec<Extension>,
}

/// A CA: its name and its key.
pub(crate) struct Authority {
    pub(crate) name: &'static str,
    pub(crate) key: FixedKey,
}

pub(crate) fn root() -> Authority {
    Authority { name: "A Root", key: cast::key(Algorithm::P256, "root") }
}

pub(crate) fn issuing() -> Authority {
    Authority { name: "A Issuing CA", key: cast::key(Algorithm::P256, "issuing CA") }
}

/// The key of whoever is certified.
pub(crate) fn holder() -> FixedKey {
    cast::key(Algorithm::Ed25519, "holder")
}

impl Authority {
    /// The certificate of this CA, by itself or by another one.
    pub(crate) fn certified_by(&self, issuer: &Authority) -> Made {
        let mut extensions = vec![
            extension(BASIC_CONSTRAINTS, Critical::Yes, &sequence(&[&[der::BOOLEAN, 1, 0xff]])),
            extension(KEY_USAGE, Critical::Yes, &ISSUES),
            extension(SUBJECT_KEY, Critical::No, &octet_string(&key_id(self.key.public()))),
        ];
        if issuer.name != self.name {
            extensions.push(issuer.identifier());
        }
        Made {
            version: explicit(0, &[&der::integer(&[2])]),
            serial: [&[0x41], &sha256(self.name.as_bytes())[..15]].concat(),
            algorithm: signature_algorithm(issuer.key.public().algorithm()),
            outer_algorithm: None,
            issuer: name(issuer.name),
            validity: [time(TODAY - 30 * DAY), time(TODAY + 3650 * DAY)],
            subject: name(self.name),
            spki: self.key.public().to_spki_der(),
            extensions,
        }
    }

    /// The same, signed.
    pub(crate) fn certificate(&self, issuer: &Authority) -> Vec<u8> {
        self.certified_by(issuer).signed_by(&issuer.key)
    }

    /// authorityKeyIdentifier of what it issues.
    pub(crate) fn identifier(&self) -> Extension {
        extension(AUTHORITY_KEY, Critical::No, &sequence(&[&implicit(0, &key_id(self.key.public()))]))
    }

    /// A pseudonym certificate that keeps to the profile.
    pub(crate) fn pseudonym(&self) -> Made {
        let names = [uri(USER), uri(CLIENT)].concat();
        self.end_entity(&names, &policies(&[mimicred_x509::PSEUDONYM_POLICY]))
    }

    /// An identity certificate that keeps to the profile.
    pub(crate) fn identity(&self) -> Made {
        let names = [uri("mimi://a.example/u/alice"), uri(CLIENT), email("alice@a.example")].concat();
        let subject = name("Alice Meier");
        Made { subject, ..self.end_entity(&names, &policies(&[mimicred_x509::REAL_POLICY])) }
    }

    fn end_entity(&self, names: &[u8], policies: &[u8]) -> Made {
        Made {
            version: explicit(0, &[&der::integer(&[2])]),
            serial: [&[0x42], &sha256(names)[..15]].concat(),
            algorithm: signature_algorithm(self.key.public().algorithm()),
            outer_algorithm: None,
            issuer: name(self.name),
            validity: [time(TODAY), time(TODAY + 30 * DAY)],
            subject: sequence(&[]),
            spki: holder().public().to_spki_der(),
            extensions: vec![
                extension(ALTERNATIVE_NAME, Critical::Yes, &sequence(&[names])),
                extension(KEY_USAGE, Critical::Yes, &SIGNS),
                extension(BASIC_CONSTRAINTS, Critical::Yes, &sequence(&[])),
                extension(POLICIES, Critical::No, policies),
                self.identifier(),
            ],
        }
    }
}

impl Made {
    /// With this extension, in the place of the one with the same identifier, if there is one.
    pub(crate) fn with(mut self, extension: Extension) -> Self {
        match self.extensions.iter_mut().find(|other| other.oid == extension.oid) {
            Some(other) => *other = extension,
            None => self.extensions.push(extension),
        }
        self
    }

    pub(crate) fn without(mut self, oid: &str) -> Self {
        self.extensions.retain(|extension| extension.oid != oid);
        self
    }

    /// With these general names in its SAN.
    pub(crate) fn named(self, names: &[&[u8]]) -> Self {
        self.with(extension(ALTERNATIVE_NAME, Critical::Yes, &sequence(names)))
    }

    /// TBSCertificate.
    pub(crate) fn to_be_signed(&self) -> Vec<u8> {
        let extensions: Vec<u8> = self.extensions.iter().flat_map(Extension::to_der).collect();
        let validity = sequence(&[&self.validity.concat()]);
        let serial = der::integer(&self.serial);
        let extensions = explicit(3, &[&sequence(&[&extensions])]);
        sequence(&[&self.version, &serial, &self.algorithm, &self.issuer, &validity, &self.subject, &self.spki, &extensions])
    }

    pub(crate) fn signed_by(&self, key: &FixedKey) -> Vec<u8> {
        let algorithm = self.outer_algorithm.as_ref().unwrap_or(&self.algorithm);
        signed(Family::TbsCertificate, &self.to_be_signed(), algorithm, key)
    }
}

/// What was signed, how, and the signature; what is not of the family nobody signs, and has zeros in the place.
pub(crate) fn signed(family: Family, content: &[u8], algorithm: &[u8], key: &FixedKey) -> Vec<u8> {
    let signature = signature_over(family, content, key).unwrap_or_else(|| vec![0; 64]);
    sequence(&[content, algorithm, &bit_string(&signature)])
}

/// The signature alone.
pub(crate) fn signature_over(family: Family, content: &[u8], key: &FixedKey) -> Option<Vec<u8>> {
    ToBeSigned::new(family, content).ok().and_then(|tbs| key.sign(&tbs))
}

/// The AlgorithmIdentifier of a signature (RFC 8410 3, RFC 5758 3.2).
pub(crate) fn signature_algorithm(algorithm: Algorithm) -> Vec<u8> {
    sequence(&[&oid(match algorithm {
        Algorithm::Ed25519 => "1.3.101.112",
        Algorithm::P256 => "1.2.840.10045.4.3.2",
        Algorithm::P384 => "1.2.840.10045.4.3.3",
        Algorithm::P521 => "1.2.840.10045.4.3.4",
    })])
}

/// The key identifier that CAs here have: 20 octets of the SHA-256 digest of the key.
pub(crate) fn key_id(key: &PublicKey) -> Vec<u8> {
    sha256(key.octets()).into_iter().take(20).collect()
}

/// A Name that is one commonName.
pub(crate) fn name(common_name: &str) -> Vec<u8> {
    let value = element(der::UTF8_STRING, &[common_name.as_bytes()]);
    sequence(&[&element(der::SET, &[&sequence(&[&oid("2.5.4.3"), &value])])])
}

/// A uniformResourceIdentifier in a SAN.
pub(crate) fn uri(text: &str) -> Vec<u8> {
    implicit(6, text.as_bytes())
}

/// An rfc822Name in a SAN.
pub(crate) fn email(text: &str) -> Vec<u8> {
    implicit(1, text.as_bytes())
}

/// A dNSName in a SAN.
pub(crate) fn dns(text: &str) -> Vec<u8> {
    implicit(2, text.as_bytes())
}

/// certificatePolicies.
pub(crate) fn policies(dotted: &[&str]) -> Vec<u8> {
    let policies: Vec<u8> = dotted.iter().flat_map(|policy| sequence(&[&oid(policy)])).collect();
    sequence(&[&policies])
}

/// UTCTime, as years before 2050 have it.
pub(crate) fn time(seconds: i64) -> Vec<u8> {
    const UTC_TIME: u8 = 0x17;
    let (days, rest) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    let (year, month, day) = date(days);
    let text = format!("{:02}{month:02}{day:02}{:02}{:02}{:02}Z", year % 100, rest / 3600, rest / 60 % 60, rest % 60);
    element(UTC_TIME, &[text.as_bytes()])
}

/// The date so many days after 1970-01-01.
fn date(mut days: i64) -> (i64, i64, i64) {
    let is_leap = |year: i64| (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let (mut year, mut month) = (1970, 1);
    while days >= 365 + i64::from(is_leap(year)) {
        days -= 365 + i64::from(is_leap(year));
        year += 1;
    }
    for length in [31, 28 + i64::from(is_leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    (year, month, days + 1)
}
