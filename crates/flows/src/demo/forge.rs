//! What an attacker's own software makes where ours refuses: a KBT whose dates contradict its SD-CWT, and seals that lie.

pub(super) mod seal;

use mimicred_cose::cbor::{Limits, Writer};
use mimicred_cose::header::Header;
use mimicred_cose::sign1::{CwtTag, PreparedSign1, Sign1};
use mimicred_cose::{AlgorithmId, header};
use mimicred_keys::LeafKey;
use mimicred_room::RoomContext;

/// The SD-CWT of an honest KBT in a KBT for another moment, with a true proof of possession.
pub(super) fn rebind(
    kbt: &[u8],
    key: &LeafKey,
    context: &RoomContext,
    now: i64,
) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
    let limits = Limits::DEFAULT;
    let honest = Sign1::parse(kbt, CwtTag::Refused, &limits)?;
    let honest = Header::read(honest.protected(), &[header::KCWT], &limits)?;
    let token = honest.raw(header::KCWT).ok_or("no SD-CWT")?;

    let mut protected = Writer::new();
    protected.map(3);
    protected.int(1);
    protected.int(AlgorithmId::for_key(key.public().algorithm()).id());
    protected.int(13);
    protected.raw(token);
    protected.int(16);
    protected.int(294);
    let protected = protected.finish();

    let mut payload = Writer::new();
    payload.map(3);
    payload.int(3);
    payload.text(context.room_uri.as_str());
    payload.int(6);
    payload.int(now);
    payload.int(39);
    payload.bytes(&context.nonce);
    let payload = payload.finish();

    let prepared = PreparedSign1::new(&protected, &payload)?;
    let signature = key.sign(prepared.to_be_signed())?;
    Ok(prepared.encode(&[0xa0], signature.as_bytes()))
}
