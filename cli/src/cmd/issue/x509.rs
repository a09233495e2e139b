//! Certificates: a root and the issuing CA below it, pseudonyms, identities.

use mimicred_claims::{Key, Map, Value};
use mimicred_error::At;
use mimicred_keys::{PublicKey, SystemRandom};
use mimicred_uri::MimiUri;
use mimicred_x509::{
    Ca, CaProfile, Certificate, IdentityProfile, PseudonymProfile, REAL_POLICY, Validity, prepare_identity, prepare_issuing_ca,
    prepare_pseudonym, prepare_root,
};

use super::claims::{self, Period};
use super::{Args, Format, Issued, Minted, Signer};
use crate::error::{Code, Error, Failure};
use crate::io::Inputs;
use crate::io::output::ArtefactForm;
use crate::now::Span;
use crate::sniff::{certificate, request};

const DAY: u32 = 86_400;
const DEFAULT_LIFETIME: Span = Span(30 * DAY);
const DEFAULT_CA_LIFETIME: Span = Span(3650 * DAY);

/// Claims that stand elsewhere in a certificate, or that only tokens need.
const WITHOUT_PLACE: [&str; 6] = ["iss", "iat", "exp", "nbf", "vct", "cnf"];

/// Issues a certificate.
///
/// # Errors
/// Inputs that cannot be read, and what X.509 refuses.
pub(super) fn issue(args: &Args, inputs: &Inputs, signer: &Signer) -> Result<Issued, Failure> {
    match args.ca {
        true if args.issuer_cert.is_none() => issue_root(args, signer),
        true => issue_issuing_ca(args, inputs, signer),
        false => issue_end_entity(args, inputs, signer),
    }
}

fn issue_root(args: &Args, signer: &Signer) -> Result<Issued, Failure> {
    let root = prepare_root(&ca_profile(args)?, signer.key.public(), &mut SystemRandom)?.sign(&signer.key)?;
    issued(&[root], None, Vec::new())
}

fn issue_issuing_ca(args: &Args, inputs: &Inputs, signer: &Signer) -> Result<Issued, Failure> {
    let issuer = Issuer::read(args, inputs)?;
    let key = holder(args, inputs)?;
    if key == *issuer.ca.key() {
        return Err(Failure::note(Code::Usage, "--holder is the key of the root itself")
            .hint("make another key for the issuing CA, so that the root's can be put away"));
    }
    let prepared = prepare_issuing_ca(&issuer.ca, &ca_profile(args)?, &key, &mut SystemRandom)?;
    issued(&issuer.chain_of(prepared.sign(&signer.key)?), None, Vec::new())
}

fn ca_profile(args: &Args) -> Result<CaProfile, Failure> {
    let name = args.name.as_deref().ok_or_else(|| Failure::note(Code::OptionMissing, "--name"))?;
    Ok(CaProfile::new(name, validity(args, DEFAULT_CA_LIFETIME)?))
}

/// A CA, and those between it and its root.
struct Issuer {
    ca: Ca,
    chain: Vec<Certificate>,
}

impl Issuer {
    fn read(args: &Args, inputs: &Inputs) -> Result<Self, Failure> {
        let source = args.issuer_cert.as_ref().ok_or_else(|| {
            Failure::note(Code::OptionMissing, "--issuer-cert")
                .hint("mimicred issue --format x509 --ca makes one for the issuer's key")
        })?;
        let chain = certificate::read(inputs, source, "issuer's certificate")?;
        for (certificate, issuer) in chain.iter().zip(chain.iter().skip(1)) {
            certificate.check_issuer(issuer).map_err(|error| Failure::from(error).reading(&source.to_string()))?;
        }
        let ca = chain.first().ok_or_else(|| Failure::new(Code::PemUnusable))?;
        Ok(Self { ca: Ca::from_certificate(ca)?, chain })
    }

    /// The root is the verifier's to have; the CAs between it and the holder travel along.
    fn chain_of(self, certificate: Certificate) -> Vec<Certificate> {
        let between = self.chain.into_iter().filter(|ca| !ca.inspect_unverified().is_self_issued);
        std::iter::once(certificate).chain(between).collect()
    }
}

fn holder(args: &Args, inputs: &Inputs) -> Result<PublicKey, Failure> {
    let source = args.holder.as_ref().ok_or_else(|| Failure::note(Code::OptionMissing, "--holder"))?;
    request::holder(inputs, source, &args.possession)
}

fn issue_end_entity(args: &Args, inputs: &Inputs, signer: &Signer) -> Result<Issued, Failure> {
    let issuer = Issuer::read(args, inputs)?;
    let holder = holder(args, inputs)?;
    let claims = claims::read(inputs, args.claims.as_ref())?;
    let validity = validity(args, DEFAULT_LIFETIME)?;

    let minted = args.provider.as_ref().map(Minted::at).transpose()?;
    let (certificate, left_out) = match &minted {
        Some(Minted { user, client }) => {
            let profile = PseudonymProfile::new(&holder, user, client, validity);
            let left_out = claims.iter().map(|(key, _)| key.to_string()).filter(|name| name != "iss").collect();
            (prepare_pseudonym(&issuer.ca, &profile, &mut SystemRandom)?.sign(&signer.key)?, left_out)
        }
        None => {
            let (profile, left_out) = identity(&holder, &claims, validity)?;
            (prepare_identity(&issuer.ca, &profile, &mut SystemRandom)?.sign(&signer.key)?, left_out)
        }
    };
    issued(&issuer.chain_of(certificate), minted, left_out)
}

/// Claims become a subject and names (name: CN, email: rfc822Name, mimi_user and sub: URIs); what has no place is named.
fn identity(holder: &PublicKey, claims: &Map<'_>, validity: Validity) -> Result<(IdentityProfile, Vec<String>), Failure> {
    let real = REAL_POLICY.parse()?;
    let mut profile = IdentityProfile::new(holder, validity).with_policy(real);
    let mut left_out = Vec::new();
    let mut users = Vec::new();
    for (key, value) in claims.iter() {
        let name = match key {
            Key::Text(name) => name.as_ref(),
            Key::Int(_) => "",
        };
        profile = match name {
            "name" => profile.with_display_name(text(name, value)?),
            "given_name" => profile.with_given_name(text(name, value)?),
            "family_name" => profile.with_family_name(text(name, value)?),
            "email" => profile.with_email(text(name, value)?),
            "mimi_user" | "sub" => {
                let uri = uri(name, value)?;
                if uri.names_user() {
                    users.push(uri.clone());
                    profile.with_user(&uri)
                } else {
                    profile.with_client(&uri)
                }
            }
            _ if WITHOUT_PLACE.contains(&name) => profile,
            _ => {
                left_out.push(key.to_string());
                profile
            }
        };
    }
    users.dedup();
    if users.len() > 1 {
        return Err(unusable("mimi_user", "a certificate names one user, and sub names another").into());
    }
    Ok((profile, left_out))
}

fn text<'v>(name: &str, value: &'v Value<'_>) -> Result<&'v str, Failure> {
    value.as_text().ok_or_else(|| unusable(name, "a certificate takes it as text").into())
}

fn uri(name: &str, value: &Value<'_>) -> Result<MimiUri, Failure> {
    MimiUri::parse(text(name, value)?).map_err(|e| unusable(name, "a certificate takes it as a MIMI URI").because(e).into())
}

fn unusable(name: &str, note: &str) -> Error {
    Error::new(Code::ClaimsUnusable).at(At::Field(name.to_owned().into())).note(note)
}

fn validity(args: &Args, default: Span) -> Result<Validity, Failure> {
    let Period { from, until } = Period::new(args.now.seconds()?, args.lifetime.unwrap_or(default).0);
    Ok(Validity::new(from, until)?)
}

fn issued(certificates: &[Certificate], minted: Option<Minted>, left_out: Vec<String>) -> Result<Issued, Failure> {
    let mut octets = Vec::new();
    for certificate in certificates {
        octets.extend_from_slice(certificate.to_pem().as_bytes());
    }
    let first = certificates.first().map(Certificate::inspect_unverified);
    Ok(Issued {
        octets,
        form: ArtefactForm::Text,
        format: Format::X509,
        minted,
        not_before: first.as_ref().map(|first| first.not_before),
        expires: first.as_ref().map(|first| first.not_after),
        left_out,
    })
}
