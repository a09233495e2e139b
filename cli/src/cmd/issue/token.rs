//! SD-JWT and SD-CWT: the same claims, two encodings.

use mimicred_claims::{ClaimPath, Key, Map, Redaction, RedactionPlan, Value};
use mimicred_keys::{PublicKey, SystemRandom};
use mimicred_sd_cwt::{Confirmation, Issuance};
use mimicred_uri::{MimiUri, UriKind};

use super::claims::{self, Given, Names};
use super::options::Cnf;
use super::{Args, Format, Issued, Minted, Signer};
use crate::error::{Code, Failure};
use crate::io::Inputs;
use crate::io::output::ArtefactForm;
use crate::names;
use crate::now::Span;
use crate::sniff::request;

const DEFAULT_LIFETIME: Span = Span(30 * 86_400);

/// Issues an SD-JWT.
///
/// # Errors
/// Inputs that cannot be read, and what the format refuses.
pub(super) fn issue_sd_jwt(args: &Args, inputs: &Inputs, signer: &Signer) -> Result<Issued, Failure> {
    let given = Given { claims: claims::read(inputs, args.claims.as_ref())?, marks: None };
    let statement = Statement::new(args, inputs, given, Names::Text)?;
    let plan = statement.plan(args, &|path| path)?;
    let mut issuer = mimicred_sd_jwt::Issuer::new(signer.key.public());
    if let Some(kid) = args.token.kid(signer.kid.as_deref()) {
        issuer = issuer.with_kid(kid);
    }
    if let Some(hash) = args.token.hash() {
        issuer = issuer.with_hash(hash);
    }
    if let Some(typ) = args.token.typ() {
        issuer = issuer.with_type(typ);
    }
    if let Some(certificates) = args.token.x5chain(inputs, signer.key.public())? {
        issuer = issuer.with_x5c(certificates);
    }
    let confirmation = match args.token.cnf() {
        Cnf::Key => mimicred_sd_jwt::Confirmation::Key(&statement.holder),
        Cnf::Thumbprint => mimicred_sd_jwt::Confirmation::thumbprint_of(&statement.holder),
    };
    let prepared = issuer.prepare(statement.claims.clone(), confirmation, &plan, &mut SystemRandom)?;
    let token = args.token.serialization().of(prepared.sign(&signer.key)?.as_str())?;
    Ok(statement.issued(token.into_bytes(), Format::SdJwt))
}

/// Issues an SD-CWT.
///
/// # Errors
/// As [`issue_sd_jwt`].
pub(super) fn issue_sd_cwt(args: &Args, inputs: &Inputs, signer: &Signer) -> Result<Issued, Failure> {
    let given = claims::read_for_sd_cwt(inputs, args.claims.as_ref())?;
    let statement = Statement::new(args, inputs, given, Names::Numbers)?;
    let plan = statement.plan(args, &|path| names::to_numbers(&path))?;
    let mut issuer = mimicred_sd_cwt::Issuer::new(signer.key.public());
    if let Some(kid) = args.token.kid(signer.kid.as_deref()) {
        issuer = issuer.with_kid(kid.as_bytes());
    }
    if let Some(hash) = args.token.hash() {
        issuer = issuer.with_hash(hash);
    }
    if let Some(certificates) = args.token.x5chain(inputs, signer.key.public())? {
        issuer = issuer.with_x5chain(certificates);
    }
    let confirmation = match args.token.cnf() {
        Cnf::Key => Confirmation::Key(&statement.holder),
        Cnf::Thumbprint => Confirmation::thumbprint_of(&statement.holder),
    };
    let mut issuance = Issuance::new(statement.claims.clone(), confirmation, &plan);
    if let Some(cnonce) = args.token.cnonce() {
        issuance = issuance.with_cnonce(cnonce);
    }
    let prepared = issuer.prepare_issuance(issuance, &mut SystemRandom).map_err(names::in_place)?;
    let token = prepared.sign(&signer.key)?;
    Ok(statement.issued(token.into_bytes(), Format::SdCwt))
}

/// What is said, and about whom.
struct Statement {
    holder: PublicKey,
    names: Names,
    claims: Map<'static>,
    marks: Option<RedactionPlan>,
    minted: Option<Minted>,
}

impl Statement {
    /// Adds to the claims what was not given.
    fn new(args: &Args, inputs: &Inputs, given: Given, names: Names) -> Result<Self, Failure> {
        let Given { mut claims, marks } = given;
        let holder = args.holder.as_ref().ok_or_else(|| Failure::note(Code::OptionMissing, "--holder"))?;
        let holder = request::holder(inputs, holder, &args.possession)?;
        let minted = args.provider.as_ref().map(Minted::at).transpose()?;
        if let Some(minted) = &minted {
            claims::add_pseudonym(&mut claims, names, minted)?;
        }
        let lifetime = args.lifetime.unwrap_or(DEFAULT_LIFETIME);
        claims::add_period(&mut claims, names, claims::Period::new(args.now.seconds()?, lifetime.0))?;
        Ok(Self { holder, names, claims, marks, minted })
    }

    /// What stays visible although it might be redacted: rounded times, and subjects that are names in a room and nobody's real
    /// name (mimi-mls.md 3.5.3, preferred layout).
    fn visible(&self) -> Vec<Key<'static>> {
        let is_room_name = |key: &Key<'_>| {
            let uri = self.claims.get(key).and_then(Value::as_text).and_then(|text| MimiUri::parse(text).ok());
            uri.is_some_and(|uri| matches!(uri.kind(), UriKind::Pseudonym | UriKind::Client))
        };
        let mut visible = vec![self.names.key("iat")];
        visible.extend(["sub", "mimi_user"].map(|name| self.names.key(name)).into_iter().filter(|key| is_room_name(key)));
        visible
    }

    /// The redaction plan, of the claims or of the options; `rename` turns a path as written into the format's own.
    fn plan(&self, args: &Args, rename: &dyn Fn(ClaimPath) -> ClaimPath) -> Result<RedactionPlan, Failure> {
        let plan = match &self.marks {
            None => RedactionPlan::new(redaction(args, rename)?).with_visible(self.visible()),
            Some(plan) if args.redact.is_empty() => plan.clone(),
            Some(_) => {
                let failure = Failure::note(Code::Usage, "--redact is given, and the claims have marks of their own");
                return Err(failure.hint("the tags 58 and 62 in the claims say what is redacted: leave --redact out"));
            }
        };
        Ok(plan.with_min_digests(args.min_digests))
    }

    fn issued(self, octets: Vec<u8>, format: Format) -> Issued {
        let form = if format == Format::SdJwt { ArtefactForm::Text } else { ArtefactForm::Binary };
        let seconds = |name| claims::seconds(&self.claims, &self.names.key(name));
        let (not_before, expires) = (seconds("iat"), seconds("exp"));
        Issued { octets, form, format, minted: self.minted, not_before, expires, left_out: Vec::new() }
    }
}

/// What the options say is redacted.
fn redaction(args: &Args, rename: &dyn Fn(ClaimPath) -> ClaimPath) -> Result<Redaction, Failure> {
    Ok(match args.redact.as_slice() {
        [] => Redaction::All,
        [word] if word == "all" => Redaction::All,
        [word] if word == "none" => Redaction::None,
        paths => {
            Redaction::Paths(paths.iter().map(|path| path.parse().map(rename)).collect::<Result<_, mimicred_claims::Error>>()?)
        }
    })
}
