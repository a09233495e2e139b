//! The Claims Maps of one SD-CWT, its payload and the CWT Claims in its protected header (RFC 9597), and the one claims set that
//! they become.

use mimicred_claims::{Limits, Map, Restored, Restoring};
use mimicred_cose::cbor::{self, Dialect, Reader};
use mimicred_error::At;

use crate::error::about;
use crate::rules::{Registered, VctRule, is_never_redacted};
use crate::{Code, Error};

/// Both Claims Maps, with their redaction marks (CWT-V-028).
#[derive(Clone)]
pub(crate) struct ClaimSets<'a> {
    pub(crate) payload: Map<'a>,
    /// The CWT Claims, header 15.
    pub(crate) header: Option<Map<'a>>,
}

impl<'a> ClaimSets<'a> {
    /// Reads both, taking their digests off the number of those that may still be read.
    pub(super) fn read(
        payload: &'a [u8],
        header: Option<&'a [u8]>,
        dialect: Dialect,
        limits: &mut cbor::Limits,
    ) -> Result<Self, Error> {
        let payload = read_within(payload, dialect, limits)?;
        let Some(header) = header else { return Ok(Self { payload, header: None }) };
        if !Reader::new(header, limits)?.is_map_next() {
            return Err(Error::new(Code::Header).at(At::Header("CWT Claims".into())).note("not a map"));
        }
        let header = read_within(header, dialect, limits)
            .map_err(|e| Error::new(e.code()).at(At::Header("CWT Claims".into())).because(e))?;
        Ok(Self { payload, header: Some(header) })
    }

    /// The registered claims, of the payload or else of the header. That both say the same where both say something is checked when
    /// they are put together.
    pub(crate) fn registered(&self) -> Registered<'_, 'a> {
        let payload = Registered::of(&self.payload);
        match &self.header {
            None => payload,
            // CWT-V-029: the confirmation key is that of the payload.
            Some(header) => payload.or(Registered { cnf: None, ..Registered::of(header) }),
        }
    }

    /// What is redacted inside the claims that are never redacted.
    pub(crate) fn check_visible(&self) -> Result<(), Error> {
        Registered::of(&self.payload).check_visible()?;
        self.header.as_ref().map_or(Ok(()), |header| Registered::of(header).check_visible())
    }

    /// Puts the disclosures into the claims (CWT-V-014 to CWT-V-022), which `fill` adds one by one, makes one claims set of both, and
    /// checks what has come of it.
    pub(crate) fn restore(
        self,
        count: usize,
        vct: VctRule,
        limits: &Limits,
        fill: impl FnOnce(&mut Restoring<'a, '_>) -> Result<(), Error>,
    ) -> Result<Restored<'a>, Error> {
        // CWT-V-023: at the top level of either map; the same keys inside other maps are other claims (trap 7).
        let mut restoring = Restoring::new(self.payload, count, limits)?.with_visible(&is_never_redacted);
        fill(&mut restoring)?;
        let restored = match self.header {
            None => restoring.finish()?,
            Some(header) => restoring.finish_with(header)?,
        };
        let registered = Registered::of(restored.claims());
        registered.check_types(vct)?;
        // CWT-I-017: where something is still redacted it may be sub, and nobody can tell (trap 8).
        if registered.sub.is_none() && restored.undisclosed() == 0 {
            return Err(about(Code::ClaimMissing, "sub"));
        }
        Ok(restored)
    }
}

/// A whole claims set: exactly one map (CWT-E-006).
pub(crate) fn read_claims<'a>(octets: &'a [u8], dialect: Dialect, limits: &cbor::Limits) -> Result<Map<'a>, Error> {
    let mut limits = *limits;
    read_within(octets, dialect, &mut limits)
}

fn read_within<'a>(octets: &'a [u8], dialect: Dialect, limits: &mut cbor::Limits) -> Result<Map<'a>, Error> {
    let mut reader = Reader::new(octets, limits)?;
    let claims = reader.map(dialect)?;
    reader.finish()?;
    limits.digests = reader.digests_left();
    Ok(claims)
}
