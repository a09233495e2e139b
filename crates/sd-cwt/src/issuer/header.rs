//! The protected header of an issued token.

use mimicred_claims::Map;
use mimicred_cose::AlgorithmId;
use mimicred_cose::cbor::Writer;
use mimicred_error::At;
use mimicred_keys::{HashAlgorithm, PublicKey};

use crate::aead::Cipher;
use crate::token::{TYPE, hash_id, is_sd_cwt_type};
use crate::{Code, Error};

/// What stands in the header, but for the claims.
#[derive(Clone, Debug)]
pub(super) struct Parameters {
    pub(super) algorithm: AlgorithmId,
    pub(super) kid: Option<Vec<u8>>,
    pub(super) typ: Option<String>,
    pub(super) x5chain: Option<Vec<Vec<u8>>>,
    pub(super) hash: HashAlgorithm,
    pub(super) sd_alg: SdAlg,
    pub(super) aead: Option<u16>,
}

/// When `sd_alg` is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SdAlg {
    Always,
    UnlessDefault,
}

impl Parameters {
    pub(super) fn for_key(key: &PublicKey) -> Self {
        Self {
            algorithm: AlgorithmId::for_key(key.algorithm()),
            kid: None,
            typ: None,
            x5chain: None,
            hash: key.algorithm().matching_hash(),
            sd_alg: SdAlg::Always,
            aead: None,
        }
    }

    /// Whether the Issuer is known without `iss` (CWT-I-016).
    pub(super) fn identifies_issuer(&self) -> bool {
        self.x5chain.is_some()
    }

    pub(super) fn check(&self, key: &PublicKey) -> Result<(), Error> {
        if self.algorithm.algorithm() != key.algorithm() {
            let note = format!("{} with a key of {}", self.algorithm, key.algorithm());
            return Err(Error::new(Code::AlgUnsupported).at(At::Header("alg".into())).note(note));
        }
        if self.typ.as_deref().is_some_and(|typ| !is_sd_cwt_type(typ)) {
            return Err(Error::new(Code::TypeMismatch)
                .at(At::Header("typ".into()))
                .note("it is application/sd-cwt or ends in +sd-cwt"));
        }
        if self.x5chain.as_ref().is_some_and(|chain| chain.is_empty() || chain.iter().any(Vec::is_empty)) {
            return Err(Error::new(Code::Header).at(At::Header("x5chain".into())).note("it has no certificate, or an empty one"));
        }
        match self.aead {
            // What we cannot encrypt with ourselves is not asked of Holders either.
            Some(id) => Cipher::of(Some(id))?.aead().map(drop),
            None => Ok(()),
        }
    }

    /// The labels in bytewise order (CWT-E-031).
    pub(super) fn write(&self, claims: Option<&Map<'_>>) -> Result<Vec<u8>, Error> {
        let has_sd_alg = self.sd_alg == SdAlg::Always || self.hash != HashAlgorithm::Sha256;
        let optional = [self.kid.is_some(), claims.is_some(), self.x5chain.is_some(), has_sd_alg, self.aead.is_some()];
        let mut writer = Writer::new();
        writer.map(2 + optional.into_iter().filter(|is_there| *is_there).count());
        writer.int(1);
        writer.int(self.algorithm.id());
        if let Some(kid) = &self.kid {
            writer.int(4);
            writer.bytes(kid);
        }
        if let Some(claims) = claims {
            writer.int(15);
            writer.entries(claims)?;
        }
        writer.int(16);
        match &self.typ {
            Some(typ) => writer.text(typ),
            None => writer.int(TYPE),
        }
        if let Some(chain) = &self.x5chain {
            writer.int(33);
            write_chain(&mut writer, chain);
        }
        if has_sd_alg {
            writer.int(170);
            writer.int(hash_id(self.hash));
        }
        if let Some(aead) = self.aead {
            writer.int(172);
            writer.int(aead.into());
        }
        Ok(writer.finish())
    }
}

/// COSE_X509 (RFC 9360 section 2): one certificate as it is, several in an array.
fn write_chain(writer: &mut Writer, chain: &[Vec<u8>]) {
    if let [only] = chain {
        return writer.bytes(only);
    }
    writer.array(chain.len());
    for certificate in chain {
        writer.bytes(certificate);
    }
}
