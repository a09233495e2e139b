//! `mimicred inspect`: what a file says, believed by nobody.
//!
//! Everything is drawn in one form, [`Picture`]: sections of labelled items, each item with its status where it has one. People see
//! it as text, programs as JSON. CBOR can be written in diagnostic notation too, and be made from it.

mod certificate;
mod content;
mod crl;
mod group_info;
mod known;
mod message;
mod mls;
mod notation;
mod picture;
mod sd_cwt;
mod sd_jwt;
mod status_list;
mod times;
mod token;
mod value;

use mimicred_cose::SymmetricKey;
use mimicred_jose::base64url;
use mimicred_sd_cwt::Preissuance;
use mimicred_x509::UnverifiedRequest;
use owo_colors::OwoColorize;

use crate::error::{Code, Done, Failure};
use crate::io::{Input, Inputs, Source};
use crate::now::NowArgs;
use crate::out::{Out, hex};
use crate::sniff::certificate as certificates;
use crate::sniff::crl as crls;
use crate::sniff::key::{KeyFile, KeyForm, Thumbprints};
use crate::sniff::notation::is_json;
use crate::sniff::request as requests;
use crate::sniff::{Content, PolicyForm};
use notation::NotationArgs;
use picture::{Item, Picture, Section};

const AFTER_HELP: &str = "\
Known are keys (JWK, PEM, DER, COSE_Key), certificates and chains of them, certification requests and revocation lists (each in PEM \
or DER), SD-JWT and SD-CWT with and without key binding, Status List Tokens, MLS credentials, LeafNodes, KeyPackages and GroupInfo, offers of \
KeyPackages, presentations, bundles plain and sealed, MIMI contents, room disclosure policies, join links, and the messages that mimicred demo \
connection --transcript keeps. A COSE_Key or a token \
can be given in CBOR diagnostic notation as well; --edn and --cbor take any CBOR.

Claims are permanent (always visible), disclosed, or redacted: a digest that nothing discloses, of which nobody can tell whether it \
is a claim or a decoy. The private part of a key and of a join link is not shown, except by --edn and --cbor, which keep every octet.

Exit status: 0 shown, 2 could not be read.

  mimicred inspect token.sdcwt --edn -o token.edn     CBOR as text, with comments
  mimicred inspect token.edn --cbor -o token.sdcwt    the same octets again";

/// What to look at, and when.
#[derive(clap::Args, Debug)]
#[command(after_long_help = AFTER_HELP)]
pub(crate) struct Args {
    /// What to look at.
    #[arg(value_name = "FILE", default_value = "-")]
    input: Source,
    #[command(flatten)]
    notation: NotationArgs,
    #[command(flatten)]
    now: NowArgs,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Done, Failure> {
    if let Some(conversion) = args.notation.wanted()? {
        return conversion.run(&args.input, out);
    }
    let now = args.now.seconds()?;
    let input = Inputs::default().read(&args.input, "file")?;
    let picture = draw(&input, now).map_err(|failure| notation::with_hint(failure, &input).reading(&input.name))?;
    out.warning(&format!("{} nothing below was checked", "UNVERIFIED:".yellow().bold()));
    out.result(&picture, Picture::text)?;
    Ok(Done::Accepted)
}

fn draw(input: &Input, now: i64) -> Result<Picture, Failure> {
    match Content::of(input) {
        Some(Content::Claims) if is_json(input) => draw_known(input, now),
        Some(Content::Claims) | None => draw_known(notation::read(input)?.as_ref().unwrap_or(input), now),
        Some(_) => draw_known(input, now),
    }
}

fn draw_known(input: &Input, now: i64) -> Result<Picture, Failure> {
    let content = Content::of(input).ok_or_else(|| Failure::new(Code::ContentUnknown))?;
    match content {
        Content::Key(_) => key(input),
        Content::Certificate => Ok(certificate::chain(&certificates::parse(input)?, now)),
        Content::RevocationList => Ok(crl::list(&crls::parse(input)?, now)),
        Content::Request => Ok(request(&requests::parse(input)?)),
        Content::SdJwt | Content::SdJwtKb => sd_jwt::token(input.text().unwrap_or_default(), now),
        Content::SdCwt => sd_cwt::token(&input.octets, now),
        Content::SdKbt => sd_cwt::key_binding_token(&input.octets, now),
        Content::StatusListCwt => status_list::cwt(&input.octets, now),
        Content::StatusListJwt => status_list::jwt(input.text().unwrap_or_default(), now),
        Content::Credential => mls::credential(&input.octets, now),
        Content::CredentialPresentation => mls::presentation(&input.octets, now),
        Content::DisclosureBundle => mls::bundle(&input.octets, now),
        Content::Mimi => content::content(&input.octets, now),
        Content::LeafNode => mls::leaf_node(&input.octets, now),
        Content::KeyPackage => mls::key_package(&input.octets, now),
        Content::GroupInfo => group_info::group_info(&input.octets, now),
        Content::KeyPackageOffer => mls::key_package_offer(&input.octets, now),
        Content::SealedDisclosure => mls::sealed(&input.octets),
        Content::JoinLink => message::link(input.text().unwrap_or_default(), now),
        Content::Message => message::message(&input.octets, now),
        Content::Policy(form) => policy(input, form),
        Content::Claims => Err(Failure::note(Code::ContentUnknown, "it is JSON, but neither a key nor a policy")),
    }
}

/// A certification request: the key, and for whom it was made. Whether its owner made it is not checked here.
fn request(request: &UnverifiedRequest) -> Picture {
    let key = request.subject_key();
    let mut items =
        vec![Item::new("algorithm").value(key.algorithm().name()), Item::new("spki_sha256").value(hex(&key.spki_sha256()))];
    match request.binding() {
        Some(binding) => {
            items.push(Item::new("issuer").value(binding.issuer));
            items.push(Item::new("nonce").value(hex(binding.nonce)));
        }
        None => items.push(Item::new("issuer").value("none: it could be sent on to anybody")),
    }
    Picture::new("certification request", vec![Section::new("request", items)])
}

/// A key for encrypted disclosures: what it is called, and nothing of it.
fn symmetric_key(key: &SymmetricKey) -> Picture {
    let thumbprint = format!("sha256:{}", hex(&key.thumbprint_sha256()));
    let items = vec![
        Item::new("length").value(format!("{} bits", 8 * key.secret().len())),
        Item::new("form").value(KeyForm::Cose.name()),
        Item::new("cose_key_thumbprint_sha256").value(thumbprint),
    ];
    Picture::new("symmetric key", vec![Section::new("key", items)])
}

/// Whether a CBOR map is a claims set, to be issued or as it was validated, and nothing like a key: the type of a key is a number under
/// 1, where claims have the issuer.
fn is_claims(input: &Input) -> bool {
    Preissuance::parse(&input.octets).is_ok_and(|read| read.claims().int(1).is_none_or(|iss| iss.as_int().is_none()))
}

fn claims() -> Failure {
    Failure::note(Code::ContentUnknown, "it is a CBOR map, and no key")
}

/// A key: its public part only.
fn key(input: &Input) -> Result<Picture, Failure> {
    if let Ok(key) = SymmetricKey::from_octets(&input.octets) {
        return Ok(symmetric_key(&key));
    }
    let key = KeyFile::parse(input).map_err(|failure| if is_claims(input) { claims() } else { failure })?;
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
