//! What a row keeps of the account behind a pseudonym: by mode, always of one size.

use mimicred_escrow::{Binding, Custody, Mode, PointIssuer};
use mimicred_keys::{PublicKey, Random};

use crate::account::AccountId;
use crate::config::Escrow;
use crate::keys::{IssuingKeys, Secret, open, seal};
use crate::{Code, Config, Error};

/// What the mode of a provider works with.
pub(crate) enum Keeper {
    Open,
    Sealed(Custody),
    Blind(Secret),
    Threshold(Custody, PointIssuer),
    None,
}

impl Keeper {
    /// The keeper of this configuration.
    pub(crate) fn new(config: &Config, keys: &IssuingKeys, custody: Option<Custody>) -> Result<Self, Error> {
        let custody = || custody.ok_or_else(|| Error::new(Code::KeysMalformed).note("the custodians' public keys are missing"));
        Ok(match config.escrow {
            Escrow::Open => Keeper::Open,
            Escrow::Sealed => Keeper::Sealed(custody()?),
            Escrow::Blind => Keeper::Blind(keys.blind()?),
            Escrow::Threshold => {
                let points = PointIssuer::new(*keys.points()?, config.distinct_reports);
                Keeper::Threshold(custody()?, points.map_err(|cause| Error::config("distinct_reports").because(cause))?)
            }
            Escrow::None => Keeper::None,
        })
    }

    /// What the row of this pseudonym keeps.
    pub(crate) fn keep(
        &self,
        account: &AccountId,
        handle: &[u8; 32],
        key: &PublicKey,
        random: &mut dyn Random,
    ) -> Result<Vec<u8>, Error> {
        let failed = |cause| Error::new(Code::CryptoFailed).because(cause);
        match self {
            Keeper::Open => Ok(account.to_vec()),
            Keeper::Sealed(custody) => {
                let binding = Binding { mode: Mode::Sealed, handle: *handle };
                Ok(custody.seal(&binding, account, random).map_err(failed)?.as_bytes().to_vec())
            }
            Keeper::Blind(secret) => seal(secret, account, handle, random),
            Keeper::Threshold(custody, points) => {
                let row = points.row(account, &key.to_spki_der()).map_err(failed)?;
                let binding = Binding { mode: Mode::Threshold, handle: *handle };
                Ok(custody.seal(&binding, &*row.to_octets(), random).map_err(failed)?.as_bytes().to_vec())
            }
            Keeper::None => Ok(Vec::new()),
        }
    }

    /// The account of a row, for a process that has the issuing keys, where it needs nobody else.
    pub(crate) fn account(&self, kept: &[u8], handle: &[u8; 32]) -> Result<AccountId, Error> {
        let account = match self {
            Keeper::Open => AccountId::try_from(kept).ok(),
            Keeper::Blind(secret) => open(secret, kept, handle).ok().and_then(|account| AccountId::try_from(&account[..]).ok()),
            Keeper::Sealed(_) | Keeper::Threshold(..) | Keeper::None => return Err(Code::EscrowUnsupported.into()),
        };
        account.ok_or_else(|| Code::EscrowDamaged.into())
    }
}
