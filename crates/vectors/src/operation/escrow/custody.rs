//! Custodies and shares.

use mimicred_escrow::deal;

use super::{CUSTODY, SEED, SHARE};
use crate::cast;
use crate::object::{Input, Object, hex};
use crate::operation::{Fault, Form, Member, Operation};

pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "escrow/custody",
        about: "reads the public part of a custody, and checks that its points lie on one polynomial of the degree that it says",
        input: &[CUSTODY],
        output: &[
            Member::new("threshold", Form::Integer, "how many custodians open a record together"),
            Member::new("public_key", Form::Hex, "the key that records are sealed to, as 04, X and Y"),
            Member::new("countersigning_keys", Form::List(&Form::Hex), "the Ed25519 key of each custodian"),
            Member::new("digest", Form::Hex, "what records, proofs and the log name the custody by"),
        ],
        run: custody,
    },
    Operation {
        name: "escrow/share",
        about: "reads a custodian's share",
        input: &[SHARE],
        output: &[
            Member::new("custodian", Form::Integer, "her number, counted from 1"),
            Member::new("custody_digest", Form::Hex, "which custody it belongs to"),
        ],
        run: share,
    },
    Operation {
        name: "escrow/deal",
        about: "deals a custody and a share for each custodian",
        input: &[
            Member::new("threshold", Form::Integer, "how many custodians open a record together"),
            Member::new("custodians", Form::Integer, "how many there are"),
            SEED,
        ],
        output: &[CUSTODY, Member::new("shares", Form::List(&Form::Hex), "the share of each custodian")],
        run: deal_shares,
    },
];

fn custody(input: &Input<'_>) -> Result<Object, Fault> {
    let custody = super::custody(input)?;
    let keys = (1..=custody.count()).filter_map(|custodian| custody.countersigning_key(custodian));
    Ok(Object::new()
        .int("threshold", custody.threshold())
        .hex("public_key", &custody.public_key())
        .list("countersigning_keys", keys.map(|key| hex(key.octets())))
        .hex("digest", custody.digest()))
}

fn share(input: &Input<'_>) -> Result<Object, Fault> {
    let share = super::share(input)?;
    Ok(Object::new().int("custodian", share.index()).hex("custody_digest", share.custody_digest()))
}

fn deal_shares(input: &Input<'_>) -> Result<Object, Fault> {
    let (custody, shares) = deal(input.int("threshold")?, input.int("custodians")?, &mut cast::random(input.text("seed")?))?;
    let shares = shares.iter().map(|share| hex(&share.to_octets()));
    Ok(Object::new().hex("custody", custody.to_octets()).list("shares", shares))
}
