//! A provider at work: configuration, keys and store together.

use mimicred_escrow::Custody;
use mimicred_keys::{PublicKey, Random};
use mimicred_x509::{Ca, Certificate};

use crate::database::Database;
use crate::escrow::Keeper;
use crate::keys::{DeskKeys, IssuingKeys, Secret};
use crate::{Code, Config, Error};

/// Gives each worker a source of randomness of its own; no two of them may give the same octets.
pub type RandomSource<'r> = dyn Fn() -> Box<dyn Random> + Sync + 'r;

/// The process that issues.
pub struct Provider {
    pub(crate) config: Config,
    pub(crate) keys: IssuingKeys,
    pub(crate) ca: Ca,
    pub(crate) secrets: Secrets,
    pub(crate) keeper: Keeper,
    pub(crate) database: Box<dyn Database>,
}

/// What is derived from the keys.
pub(crate) struct Secrets {
    pub(crate) desk: DeskKeys,
    pub(crate) seen: Secret,
    pub(crate) nonces: Secret,
    pub(crate) related: Secret,
    pub(crate) claims: Secret,
    pub(crate) outbox: Secret,
}

impl Provider {
    /// Puts the parts of a provider together. The store is opened with [`DeskKeys::key_check`] of the same keys; `custody` is the public part
    /// of the custodians' keys, where the escrow mode has custodians.
    ///
    /// # Errors
    /// [`Code::KeysMalformed`] for the certificate of another CA, or without the custodians; [`Code::ConfigMalformed`].
    pub fn new(
        config: Config,
        keys: IssuingKeys,
        ca: &Certificate,
        custody: Option<Custody>,
        database: Box<dyn Database>,
    ) -> Result<Self, Error> {
        config.host()?;
        let ca =
            Ca::from_certificate(ca).map_err(|cause| Error::new(Code::KeysMalformed).note("no CA certificate").because(cause))?;
        if ca.key() != keys.ca_public() {
            return Err(Error::new(Code::KeysMalformed).note("the certificate is of another CA"));
        }
        let secrets = Secrets {
            desk: keys.desk()?,
            seen: keys.seen()?,
            nonces: keys.nonces()?,
            related: keys.related()?,
            claims: keys.claims()?,
            outbox: keys.outbox()?,
        };
        let keeper = Keeper::new(&config, &keys, custody)?;
        Ok(Self { config, keys, ca, secrets, keeper, database })
    }

    /// What it is.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The Assertion Key of its tokens.
    pub fn token_key(&self) -> &PublicKey {
        self.keys.token_public()
    }

    /// The certificate of its CA.
    pub fn ca_certificate(&self) -> &Certificate {
        self.ca.certificate()
    }

    /// The store.
    pub fn database(&mut self) -> &mut dyn Database {
        &mut *self.database
    }
}
