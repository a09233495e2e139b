//! What a row keeps of the account behind a pseudonym: by mode, always of one size.

use mimicred_keys::Random;

use crate::account::{AccountId, open, seal};
use crate::config::Escrow;
use crate::provider::Secrets;
use crate::{Code, Error};

impl Escrow {
    /// What the row of this pseudonym keeps.
    pub(crate) fn keep(
        self,
        account: &AccountId,
        handle: &[u8; 32],
        secrets: &Secrets,
        random: &mut dyn Random,
    ) -> Result<Vec<u8>, Error> {
        match self {
            Escrow::Open => Ok(account.to_vec()),
            Escrow::Blind => seal(&secrets.blind, account, handle, random),
            Escrow::None => Ok(Vec::new()),
        }
    }

    /// The account of a row, for a process that has the issuing keys.
    pub(crate) fn account(self, kept: &[u8], handle: &[u8; 32], secrets: &Secrets) -> Result<AccountId, Error> {
        let account = match self {
            Escrow::Open => AccountId::try_from(kept).ok(),
            Escrow::Blind => open(&secrets.blind, kept, handle).ok().and_then(|account| AccountId::try_from(&account[..]).ok()),
            Escrow::None => return Err(Code::EscrowUnsupported.into()),
        };
        account.ok_or_else(|| Code::EscrowDamaged.into())
    }
}
