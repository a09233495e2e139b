//! KeyPackages.

use mimicred_keys::SeededRandom;
use mimicred_mls::Credential;
use mimicred_mls::tls::Writer;

use super::certificate::Certificate;
use super::{DAY, MONDAY, octets};

/// What a KeyPackage is made of.
#[derive(Clone)]
pub(crate) struct Package {
    pub(crate) init_key: Vec<u8>,
    pub(crate) encryption_key: Vec<u8>,
    pub(crate) certificate: Certificate,
    pub(crate) not_before: i64,
    pub(crate) not_after: i64,
    pub(crate) suites: Vec<u16>,
    pub(crate) credentials: Vec<u16>,
    pub(crate) extensions: Vec<(u16, Vec<u8>)>,
    pub(crate) signatures: [Vec<u8>; 2],
}

impl Package {
    pub(crate) fn clean(random: &mut SeededRandom) -> Self {
        let length = |random: &mut SeededRandom| 70 + usize::from(octets(random, 1)[0] % 3);
        let lengths = [length(random), length(random)];
        Self {
            init_key: octets(random, 32),
            encryption_key: octets(random, 32),
            certificate: Certificate::clean(random),
            not_before: MONDAY,
            not_after: MONDAY + 7 * DAY,
            suites: vec![1, 2, 3],
            credentials: vec![2, 5],
            extensions: vec![(10, Vec::new())],
            signatures: lengths.map(|length| octets(random, length)),
        }
    }

    pub(crate) fn batch(seed: u8, count: usize) -> Vec<Self> {
        let mut random = super::random(seed);
        (0..count).map(|_| Self::clean(&mut random)).collect()
    }

    pub(crate) fn octets(&self) -> Vec<u8> {
        let credential = Credential::X509(vec![self.certificate.der()]).encode().unwrap();
        let [leaf, package] = &self.signatures;
        Writer::new()
            .u16(1)
            .u16(1)
            .vector(&self.init_key)
            .vector(&self.encryption_key)
            .vector(self.certificate.key.octets())
            .octets(&credential)
            .list([1], Writer::u16)
            .list(self.suites.iter().copied(), Writer::u16)
            .list([6], Writer::u16)
            .list([8], Writer::u16)
            .list(self.credentials.iter().copied(), Writer::u16)
            .u8(1)
            .u64(self.not_before as u64)
            .u64(self.not_after as u64)
            .list([0_u8; 0], Writer::u8)
            .vector(leaf)
            .list(&self.extensions, |writer, (number, data)| writer.u16(*number).vector(data))
            .vector(package)
            .finish()
            .unwrap()
    }
}

pub(crate) fn all(batch: &[Package]) -> Vec<Vec<u8>> {
    batch.iter().map(Package::octets).collect()
}
