//! Certificate revocation lists.

use mimicred_x509::{Code, UnverifiedCrl};

use super::certificate::name;
use super::picture::{Item, Picture, Section};
use super::times::moment;

/// Draws a list with each certificate that it takes back.
pub(super) fn list(list: &UnverifiedCrl, now: i64) -> Picture {
    let seen = list.inspect_unverified();
    let mut issuer = name(&seen.issuer);
    issuer.push(Item::new("key identifier").value(seen.authority_key));
    let mut about = vec![
        Item::new("number").value(format!("0x{}", seen.number)),
        Item::new("from").value(i128::from(seen.this_update)).note(moment(seen.this_update.into(), now)),
        Item::new("until").value(i128::from(seen.next_update)).note(moment(seen.next_update.into(), now)),
        Item::new("certificates").value(i128::try_from(seen.revocations.len()).unwrap_or(i128::MAX)),
    ];
    if let Some(obstacle) = seen.obstacle {
        let why = match obstacle {
            Code::CrlScope => "a delta, indirect or partial list",
            _ => "a critical extension that is not understood",
        };
        about.push(Item::new("cannot be used").warning(format!("{why} [{}]", obstacle.slug())));
    }
    let revoked = seen
        .revocations
        .iter()
        .map(|entry| Item::new(entry.serial.to_string()).value(i128::from(entry.at)).note(moment(entry.at.into(), now)));
    let sections = vec![Section::new("issuer", issuer), Section::new("list", about), Section::new("revoked", revoked.collect())];
    Picture::new("certificate revocation list", sections)
}
