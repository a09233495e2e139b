//! `mimicred interop sd-cwt issue` (CWT-C-001 to CWT-C-004, CWT-C-011).

use mimicred_claims::{Map, Value};
use mimicred_cose::cwt;
use mimicred_keys::{HashAlgorithm, IssuerKey, SystemRandom};
use mimicred_sd_cwt::{Confirmation, Issuance, Issuer, Preissuance, SaltList};

use super::{TimeArgs, check_output, setting};
use crate::error::{Code, Failure};
use crate::io::output::{Artefact, ArtefactForm, OutputArgs};
use crate::io::{Inputs, Source};
use crate::out::Out;
use crate::sniff::key::KeyFile;
use crate::sniff::notation::with_hint;

/// Where the salts go.
const SALTS: &str = "nonce_list.out";
/// The variable that names the key in the header.
const KID: &str = "MIMICRED_INTEROP_KID";
/// What the key of an Issuer is called where nobody says otherwise; the published examples call theirs so.
const KEY_NAME: &str = "cose-key3";

const AFTER_HELP: &str = "\
The claims may carry To Be Redacted tags (58) on the keys of maps and on the elements of arrays, and To Be Decoy tags (62), but not on \
the values of maps. They are signed as they are given: iss, sub and cnf must be there, and cnf holds a public key or its thumbprint; \
dates are optional, are never added, and must hold at the time of issuance.

The list of salts is CSV, one line per salt. First the SHA-256, in hex, of the disclosure without its salt, which is the CBOR array \
[value, key] or [value] (or, as in the published list, [key, value] with null for no key), or the number of a decoy; then 16 octets in \
hex. Disclosures that are not in the list get random salts. All salts used go to nonce_list.out in the working directory, in the same \
form, replacing a file of that name, if issuance succeeds.

The algorithm is that of the key: ESP256, ESP384, ESP512 or Ed25519. Digests are SHA-256. The kid in the header is the environment \
variable MIMICRED_INTEROP_KID, or none if that is empty; if it is not set and iss is an https URI, iss followed by /cose-key3.";

/// Who issues, with which salts, and when.
#[derive(clap::Args, Debug)]
#[command(after_long_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The Issuer's private key, in PEM.
    #[arg(value_name = "ISSUER_PRIV")]
    issuer_priv: Source,
    /// Take salts from this list.
    #[arg(long, value_name = "CSV")]
    nonces: Option<Source>,
    #[command(flatten)]
    time: TimeArgs,
}

pub(super) fn run(args: &Args, out: &mut Out) -> Result<Vec<u8>, Failure> {
    check_output()?;
    let clock = args.time.clock()?;
    let inputs = Inputs::default();
    let key = IssuerKey::new(KeyFile::read(&inputs, &args.issuer_priv, "Issuer's key")?.into_secret()?);
    let list = args.nonces.as_ref().map(|list| inputs.read(list, "list of salts")).transpose()?;
    let mut random = SystemRandom;
    let mut salts = match &list {
        Some(list) => {
            let text = list.text().ok_or_else(|| Failure::note(Code::ContentUnexpected, "it is no text").reading(&list.name))?;
            SaltList::parse(text, &mut random).map_err(|e| Failure::from(e).reading(&list.name))?
        }
        None => SaltList::new(&mut random),
    };
    let given = inputs.read(&Source::Stdin, "claims")?;
    let read = Preissuance::parse(&given.octets).map_err(|e| with_hint(e.into(), &given).reading(&given.name))?;
    let (claims, plan) = read.into_parts();

    let mut issuer = Issuer::new(key.public()).with_hash(HashAlgorithm::Sha256);
    if let Some(kid) = kid(&claims)? {
        issuer = issuer.with_kid(kid);
    }
    let issuance = Issuance::new(claims, Confirmation::InClaims, &plan).with_clock(clock);
    let token = issuer.prepare_with_salts(issuance, &mut salts)?.sign(&key)?;

    let used = salts.used();
    // Salts undo redaction: the file is for its owner.
    let artefact = Artefact { octets: used.as_bytes(), form: ArtefactForm::SecretText };
    OutputArgs::replacing(SALTS).write(&artefact, out)?;
    out.remark(&format!("disclosures: {}, with their salts in {SALTS}", used.lines().count()));
    Ok(token.into_bytes())
}

/// The name of the key in the header.
fn kid(claims: &Map<'_>) -> Result<Option<String>, Failure> {
    if std::env::var_os(KID).is_some() {
        return setting(KID);
    }
    let issuer = claims.int(cwt::ISS).and_then(Value::as_text).filter(|iss| iss.starts_with("https://"));
    Ok(issuer.map(|iss| format!("{}/{KEY_NAME}", iss.trim_end_matches('/'))))
}
