//! `mimicred interop sd-cwt present` (CWT-C-004 to CWT-C-006, CWT-C-009).

use mimicred_claims::Selection;
use mimicred_cose::cbor::{Limits, Reader};
use mimicred_keys::LeafKey;
use mimicred_sd_cwt::{AcceptExpectations, Binding, Held, PreparedPresentation, UnverifiedSdCwt};

use super::issuer::{IssuerArgs, Trust};
use super::{TimeArgs, check_output, setting};
use crate::error::Failure;
use crate::io::{Input, Inputs, Source};
use crate::out::{Out, printable};
use crate::sniff::key::KeyFile;
use crate::sniff::notation::with_hint;

/// The variable that names the Verifier.
const AUDIENCE: &str = "MIMICRED_INTEROP_AUDIENCE";
/// The Verifier of the published examples.
const DEFAULT_AUDIENCE: &str = "https://verifier.example/app";

const AFTER_HELP: &str = "\
The SD-CWT is checked as a Holder checks what an Issuer sends: dates, cnf, and that every digest has its disclosure and every disclosure \
its digest; the Issuer's signature with the key that --issuer or --issuer-key says. iss is whatever the token claims. With --issuer-key \
cache every key file in the working directory is trusted.

The list of disclosures is a CBOR array of salts; what a disclosure stands in comes along with it. --disclose_all presents all claims, \
whatever the list says, but no decoys; a decoy is presented if its salt is listed. Without either nothing is disclosed.

The KBT has aud and iat, and no cnonce. Its aud is the environment variable MIMICRED_INTEROP_AUDIENCE, or else \
https://verifier.example/app. The algorithm is that of the key: ESP256, ESP384 or Ed25519.";

/// Whose token, what to disclose of it, and when.
#[derive(clap::Args, Debug)]
#[command(after_long_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The Holder's private key, in PEM.
    #[arg(value_name = "HOLDER_PRIV")]
    holder_priv: Source,
    #[command(flatten)]
    issuer: IssuerArgs,
    /// Disclose what these salts belong to: a CBOR array of byte strings.
    #[arg(long = "disclosure_list", alias = "disclosure-list", value_name = "CBOR")]
    disclosure_list: Option<Source>,
    /// Disclose everything.
    #[arg(long = "disclose_all", alias = "disclose-all")]
    disclose_all: bool,
    #[command(flatten)]
    time: TimeArgs,
}

pub(super) fn run(args: &Args, out: &mut Out) -> Result<Vec<u8>, Failure> {
    check_output()?;
    args.issuer.check()?;
    let clock = args.time.clock()?;
    let audience = setting(AUDIENCE)?.unwrap_or_else(|| DEFAULT_AUDIENCE.to_owned());
    let inputs = Inputs::default();
    let key = LeafKey::new(KeyFile::read(&inputs, &args.holder_priv, "Holder's key")?.into_secret()?)?;
    let list = args.disclosure_list.as_ref().map(|list| inputs.read(list, "list of disclosures")).transpose()?;
    let salts = match &list {
        Some(list) => read_salts(list).map_err(|e| with_hint(e.into(), list).reading(&list.name))?,
        None => Vec::new(),
    };
    let given = inputs.read(&Source::Stdin, "SD-CWT")?;
    let token = UnverifiedSdCwt::parse(&given.octets).map_err(|e| Failure::from(e).reading(&given.name))?;
    let held = match args.issuer.trust(&inputs, token.issuer(), token.key_id())? {
        Trust::Issuer(issuer) => {
            token.accept(&AcceptExpectations { issuers: &[issuer], confirmation_key: key.public(), clock })?
        }
        Trust::Anybody => {
            out.warning("warning: who issued this is not checked");
            token.reopen(key.public(), clock)?
        }
    };
    let binding = Binding { audience: &audience, nonce: None, issued_at: clock.now };
    let prepared = prepare(args, &held, &salts, &binding)?;
    let revealed: Vec<_> = prepared.revealed().iter().map(ToString::to_string).collect();
    let presentation = prepared.sign(&key)?;
    out.remark(&format!("for {}", printable(&audience)));
    match revealed.as_slice() {
        [] => out.remark("reveals nothing but what is always visible"),
        revealed => out.remark(&format!("reveals {}", printable(&revealed.join(", ")))),
    }
    Ok(presentation.into_bytes())
}

fn prepare(args: &Args, held: &Held, salts: &[&[u8]], binding: &Binding<'_>) -> Result<PreparedPresentation, Failure> {
    // That the listed salts exist is checked in any case (CWT-C-006).
    let listed = held.prepare_by_salts(salts, binding)?;
    Ok(if args.disclose_all { held.prepare(&Selection::All, binding)? } else { listed })
}

/// A CBOR array of byte strings.
fn read_salts(list: &Input) -> Result<Vec<&[u8]>, mimicred_cose::Error> {
    let mut reader = Reader::new(&list.octets, &Limits::DEFAULT)?;
    let mut salts = Vec::new();
    for _ in 0..reader.array()? {
        salts.push(reader.bytes()?);
    }
    reader.finish()?;
    Ok(salts)
}
