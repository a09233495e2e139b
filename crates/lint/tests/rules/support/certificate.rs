//! Certificates.

use mimicred_keys::{Algorithm, PublicKey, SeededRandom};

use super::{DAY, MONDAY, id, key, octets};

/// What a certificate is made of.
#[derive(Clone)]
pub(crate) struct Certificate {
    pub(crate) serial: Vec<u8>,
    pub(crate) issuer: Vec<u8>,
    pub(crate) not_before: i64,
    pub(crate) not_after: i64,
    pub(crate) subject: Vec<u8>,
    pub(crate) key: PublicKey,
    /// General names: tag and value.
    pub(crate) names: Vec<(u8, String)>,
    /// What stands between key and extensions.
    pub(crate) before_extensions: Vec<u8>,
    /// Identifier in DER, critical, value.
    pub(crate) extensions: Vec<(Vec<u8>, bool, Vec<u8>)>,
    pub(crate) signature: Vec<u8>,
}

pub(crate) const AKI: &[u8] = &[0x55, 0x1d, 35];
pub(crate) const SKI: &[u8] = &[0x55, 0x1d, 14];
pub(crate) const POLICIES: &[u8] = &[0x55, 0x1d, 32];
pub(crate) const SCT: &[u8] = &[0x2b, 6, 1, 4, 1, 0xd6, 0x79, 2, 4, 2];
pub(crate) const AIA: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 1, 1];

impl Certificate {
    /// As a careful provider makes one.
    pub(crate) fn clean(random: &mut SeededRandom) -> Self {
        let mut serial = octets(random, 16);
        serial[0] = serial[0] & 0x3f | 0x40;
        let user = format!("mimi://a.example/p/{}", id(random));
        let client = format!("mimi://a.example/d/{}", id(random));
        // An ECDSA signature has 70 to 72 octets as a rule.
        let length = 70 + usize::from(octets(random, 1)[0] % 3);
        Self {
            serial,
            issuer: name(&[(3, "a.example MIMI CA")]),
            not_before: MONDAY,
            not_after: MONDAY + 7 * DAY,
            subject: name(&[]),
            key: key(random),
            names: vec![(0x86, user), (0x86, client)],
            before_extensions: Vec::new(),
            extensions: vec![
                (AKI.to_vec(), false, element(0x30, &element(0x80, &[7; 20]))),
                (vec![0x55, 0x1d, 15], true, vec![3, 2, 7, 0x80]),
                (vec![0x55, 0x1d, 19], true, vec![0x30, 0]),
                (POLICIES.to_vec(), false, policy(&[0x2a, 3, 4])),
            ],
            signature: octets(random, length),
        }
    }

    pub(crate) fn batch(seed: u8, count: usize) -> Vec<Self> {
        let mut random = super::random(seed);
        (0..count).map(|_| Self::clean(&mut random)).collect()
    }

    pub(crate) fn with(mut self, oid: &[u8], value: Vec<u8>) -> Self {
        self.extensions.retain(|(found, ..)| found != oid);
        self.extensions.push((oid.to_vec(), false, value));
        self
    }

    pub(crate) fn der(&self) -> Vec<u8> {
        let ecdsa = element(0x30, &element(6, &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2]));
        let validity = element(0x30, &[time(self.not_before), time(self.not_after)].concat());
        let names = self.names.iter().map(|(tag, value)| element(*tag, value.as_bytes())).collect::<Vec<_>>().concat();
        let mut extensions = self.extensions.clone();
        extensions.push((vec![0x55, 0x1d, 17], true, element(0x30, &names)));
        let extensions: Vec<u8> = extensions
            .iter()
            .flat_map(|(oid, critical, value)| {
                let critical: &[u8] = if *critical { &[1, 1, 0xff] } else { &[] };
                element(0x30, &[&element(6, oid), critical, &element(4, value)].concat())
            })
            .collect();
        let tbs = [
            &element(0xa0, &[2, 1, 2])[..],
            &element(2, &self.serial),
            &ecdsa,
            &self.issuer,
            &validity,
            &self.subject,
            &spki(&self.key),
            &self.before_extensions,
            &element(0xa3, &element(0x30, &extensions)),
        ]
        .concat();
        element(0x30, &[element(0x30, &tbs), ecdsa, element(3, &[&[0], &self.signature[..]].concat())].concat())
    }
}

pub(crate) fn ders(batch: &[Certificate]) -> Vec<Vec<u8>> {
    batch.iter().map(Certificate::der).collect()
}

pub(crate) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let head = match length {
        0..=0x7f => vec![tag, length as u8],
        0x80..=0xff => vec![tag, 0x81, length as u8],
        _ => vec![tag, 0x82, (length >> 8) as u8, length as u8],
    };
    [head, content.to_vec()].concat()
}

/// A name of attributes 2.5.4.n.
pub(crate) fn name(attributes: &[(u8, &str)]) -> Vec<u8> {
    let sets: Vec<u8> = attributes
        .iter()
        .flat_map(|(n, text)| element(0x31, &element(0x30, &[element(6, &[0x55, 4, *n]), element(12, text.as_bytes())].concat())))
        .collect();
    element(0x30, &sets)
}

pub(crate) fn policy(oid: &[u8]) -> Vec<u8> {
    element(0x30, &element(0x30, &element(6, oid)))
}

/// UTCTime by the rules of the civil calendar.
fn time(seconds: i64) -> Vec<u8> {
    let (days, rest) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    let (mut year, mut day) = (1970, days);
    let length = |year: i64| if year % 4 == 0 { 366 } else { 365 };
    while day >= length(year) {
        day -= length(year);
        year += 1;
    }
    let february = if year % 4 == 0 { 29 } else { 28 };
    let mut month = 1;
    for days in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if day < days {
            break;
        }
        day -= days;
        month += 1;
    }
    let text = format!("{:02}{month:02}{:02}{:02}{:02}{:02}Z", year % 100, day + 1, rest / 3600, rest / 60 % 60, rest % 60);
    element(0x17, text.as_bytes())
}

fn spki(key: &PublicKey) -> Vec<u8> {
    let algorithm: &[u8] = match key.algorithm() {
        Algorithm::Ed25519 => &[0x30, 5, 6, 3, 0x2b, 0x65, 0x70],
        _ => &[0x30, 0x13, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7],
    };
    element(0x30, &[algorithm.to_vec(), element(3, &[&[0], key.octets()].concat())].concat())
}
