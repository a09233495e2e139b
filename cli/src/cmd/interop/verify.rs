//! `mimicred interop sd-cwt verify` (CWT-C-004, CWT-C-007 to CWT-C-009).

use mimicred_claims::{Limits, Map};
use mimicred_cose::cbor::Writer;
use mimicred_sd_cwt::{AudienceRule, Expectations, KeyBinding, Nonce, PendingDisclosure, UnverifiedPresentation};

use super::issuer::{IssuerArgs, Trust};
use super::{TimeArgs, check_output};
use crate::error::Failure;
use crate::io::{Inputs, Source};
use crate::out::{Out, printable};

const AFTER_HELP: &str = "\
With --audience, the aud of the KBT is this or an array that has it, and so is the aud of the SD-CWT if it has one. Without it any aud \
will do, but the KBT must have one. Any cnonce is accepted, and none (trap 12 of the rule table): replays are for whoever calls this. \
There is no leeway, and no limit on the age of a KBT.

The Issuer's signature is checked with the key that --issuer or --issuer-key says, and iss is whatever the token claims. With \
--issuer-key ignore the claims are worth nothing, since anybody may have made them up; with cache every key file in the working \
directory is trusted. Encrypted disclosures stay closed. A cnf without the key itself cannot be verified here.

The validated claims are written as one CBOR map, in deterministic encoding.";

/// Who issued it, for whom it is, and when.
#[derive(clap::Args, Debug)]
#[command(after_long_help = AFTER_HELP)]
pub(crate) struct Args {
    #[command(flatten)]
    issuer: IssuerArgs,
    /// Whom it must be for.
    #[arg(long, value_name = "TEXT")]
    audience: Option<String>,
    #[command(flatten)]
    time: TimeArgs,
}

pub(super) fn run(args: &Args, out: &mut Out) -> Result<Vec<u8>, Failure> {
    check_output()?;
    args.issuer.check()?;
    let clock = args.time.clock()?;
    let inputs = Inputs::default();
    let given = inputs.read(&Source::Stdin, "KBT")?;
    let received = UnverifiedPresentation::parse(&given.octets).map_err(|e| Failure::from(e).reading(&given.name))?;
    let trust = args.issuer.trust(&inputs, received.issuer(), received.key_id())?;
    // CWT-C-008: aud must be there even if nobody says what it must be.
    let others = if args.audience.is_some() { AudienceRule::Among } else { AudienceRule::Unmatched };
    let received = received.with_audience_rule(others);
    let audience = args.audience.as_deref();
    let expected = |issuers| Expectations {
        issuers,
        audience_of_token: audience,
        key_binding: KeyBinding::Required { audience: audience.unwrap_or_default(), nonce: Nonce::Any, max_age: None },
        clock,
        limits: Limits::DEFAULT,
    };
    match trust {
        Trust::Issuer(issuer) => {
            let verified = received.verify(&expected(&[issuer]))?;
            out.remark(&format!("signed with the Issuer's key; iss is {}", printable(verified.issuer())));
            out.remark(&format!("for {}", printable(verified.audience().unwrap_or_default())));
            remark_pending(verified.pending(), out);
            encode(verified.claims())
        }
        Trust::Anybody => {
            let claims = received.verify_all_but_issuer(&expected(&[]))?;
            out.warning("warning: who issued this is not checked; anybody may have made up these claims");
            remark_pending(claims.pending(), out);
            encode(claims.as_map())
        }
    }
}

fn remark_pending(pending: &[PendingDisclosure], out: &mut Out) {
    if !pending.is_empty() {
        out.remark(&format!("{} encrypted disclosures stay closed", pending.len()));
    }
}

fn encode(claims: &Map<'_>) -> Result<Vec<u8>, Failure> {
    let mut writer = Writer::new();
    writer.entries(claims)?;
    Ok(writer.finish())
}
