//! `mimicred inspect`: what a file says, believed by nobody.
//!
//! Everything is drawn in one form, [`Picture`]: sections of labelled items, each item with its status where it has one. People see
//! it as text, programs as JSON.

mod certificate;
mod mls;
mod picture;
mod sd_cwt;
mod sd_jwt;
mod token;
mod value;

use mimicred_jose::base64url;
use owo_colors::OwoColorize;

use crate::error::{Code, Done, Failure};
use crate::io::{Input, Inputs, Source};
use crate::now::{NowArgs, date, span};
use crate::out::Out;
use crate::sniff::certificate as certificates;
use crate::sniff::key::{KeyFile, Thumbprints};
use crate::sniff::{Content, PolicyForm};
use picture::{Item, Picture, Section};

const AFTER_HELP: &str = "\
Known are keys (JWK, PEM, DER, COSE_Key), certificates, SD-JWT and SD-CWT with and without key binding, MLS credentials, \
LeafNodes and KeyPackages, presentations and bundles, and room disclosure policies. A private key's private part is never shown.

Claims are permanent (always visible), disclosed, or redacted; of a redacted one nobody can tell whether it is a claim or a decoy.";

/// What to look at, and when.
#[derive(clap::Args, Debug)]
#[command(after_long_help = AFTER_HELP)]
pub(crate) struct Args {
    /// What to look at.
    #[arg(value_name = "FILE", default_value = "-")]
    file: Source,
    #[command(flatten)]
    now: NowArgs,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Done, Failure> {
    let now = args.now.seconds()?;
    let input = Inputs::default().read(&args.file, "file")?;
    let picture = draw(&input, now).map_err(|failure| failure.reading(&input.name))?;
    out.warning(&format!("{} nothing below was checked", "UNVERIFIED:".yellow().bold()));
    out.result(&picture, Picture::text)?;
    Ok(Done::Accepted)
}

fn draw(input: &Input, now: i64) -> Result<Picture, Failure> {
    let content = Content::of(input).ok_or_else(|| Failure::new(Code::ContentUnknown))?;
    match content {
        Content::Key(_) => key(input),
        Content::Certificate => Ok(certificate::chain(&certificates::parse(input)?, now)),
        Content::SdJwt | Content::SdJwtKb => sd_jwt::token(input.text().unwrap_or_default(), now),
        Content::SdCwt => sd_cwt::token(&input.octets, now),
        Content::SdKbt => sd_cwt::key_binding_token(&input.octets, now),
        Content::Credential => mls::credential(&input.octets, now),
        Content::CredentialPresentation => mls::presentation(&input.octets, now),
        Content::DisclosureBundle => mls::bundle(&input.octets, now),
        Content::LeafNode => mls::leaf_node(&input.octets, now),
        Content::KeyPackage => mls::key_package(&input.octets, now),
        Content::Policy(form) => policy(input, form),
        Content::Claims => Err(Failure::note(Code::ContentUnknown, "it is JSON, but neither a key nor a policy")),
    }
}

/// A key: its public part only.
fn key(input: &Input) -> Result<Picture, Failure> {
    let key = KeyFile::parse(input)?;
    let kind = if key.secret.is_some() { "private key" } else { "public key" };
    let thumbprints = Thumbprints::of(&key.public);
    let mut items = vec![
        Item::new("algorithm").value(key.public.algorithm().name()),
        Item::new("form").value(key.form.name()),
        Item::new("public key").value(base64url::encode(key.public.octets())),
        Item::new("jwk_thumbprint_sha256").value(thumbprints.jwk_thumbprint_sha256),
        Item::new("cose_key_thumbprint_sha256").value(thumbprints.cose_key_thumbprint_sha256),
        Item::new("spki_sha256").value(thumbprints.spki_sha256),
    ];
    if let Some(kid) = key.kid {
        items.push(Item::new("kid").value(kid));
    }
    Ok(Picture::new(kind, vec![Section::new("key", items)]))
}

fn policy(input: &Input, form: PolicyForm) -> Result<Picture, Failure> {
    let policy = crate::sniff::policy::parse(input, form)?;
    let form = match form {
        PolicyForm::Toml => "room disclosure policy in TOML",
        PolicyForm::Json => "room disclosure policy in JSON",
        PolicyForm::Tls => "room disclosure policy in TLS octets",
    };
    let lines = policy.to_toml();
    let items = lines.lines().filter(|line| !line.is_empty()).map(Item::new).collect();
    Ok(Picture::new(form, vec![Section::new("policy", items)]))
}

/// A moment against now: its date, and how far away it is.
fn time_note(seconds: i128, now: i64) -> String {
    let away = seconds - i128::from(now);
    let distance = span(away.unsigned_abs());
    match away {
        0 => format!("{}, now", date(seconds)),
        1.. => format!("{}, in {distance}", date(seconds)),
        _ => format!("{}, {distance} ago", date(seconds)),
    }
}
