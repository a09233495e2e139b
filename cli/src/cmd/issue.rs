//! `mimicred issue`: a credential for a holder's key, or the certificate of a CA.

pub(super) mod claims;
mod options;
mod token;
mod x509;

use clap::ValueEnum;
use mimicred_keys::{IssuerKey, SystemRandom};
use mimicred_uri::{Host, MimiUri, mint_client, mint_pseudonym};
use serde::Serialize;

use crate::error::{Done, Failure};
use crate::io::output::{Artefact, ArtefactForm, OutputArgs};
use crate::io::{Inputs, Source};
use crate::now::{NowArgs, Span};
use crate::out::Out;
use crate::sniff::key::KeyFile;
use crate::sniff::request::PossessionArgs;

const AFTER_HELP: &str = "\
Claims are one JSON object: iss, sub and mimi_user, and whatever is said about the holder. In an SD-CWT the names that have a \
registered number become that number. For an SD-CWT they may be a CBOR map as well, in which tag 58 marks the keys and array \
elements that can be withheld, and tag 62 the places of decoys; then --redact is left out. mimicred inspect --cbor makes one of a \
text in diagnostic notation. A certificate takes name (CN), given_name, family_name, email, mimi_user and sub.

Where iat and exp are missing they are set from the time and the lifetime, rounded to whole days (UTC) so that they do not single \
anybody out. A pseudonym or client name in mimi_user or sub always stays visible, a real user's name does not.

That the holder has her key she proves by a request, made for this issuer and with a nonce of its own. The issuer keeps which nonce \
it gave to which account, and takes each once. A bare key proves nothing and needs --no-possession-proof.

Exit status: 0 issued, 1 refused, 2 could not issue.

  mimicred issue --format x509 --ca --name \"A Example\" --issuer-key root.jwk -o root.pem
  mimicred issue --format x509 --ca --name \"A Example users\" --issuer-key root.jwk --issuer-cert root.pem \\
      --holder issuing.jwk --no-possession-proof -o issuing.pem
  mimicred issue --format x509 --issuer-key issuing.jwk --issuer-cert issuing.pem --pseudonym --provider a.example \\
      --holder request.pem --request-issuer a.example --request-nonce 8f14e45fceea167a5a36dedd4bea2543 -o pseudonym.pem
  mimicred issue --format sd-cwt --issuer-key issuer.jwk --claims alice.json \\
      --holder leaf.jwk --no-possession-proof -o alice.sdcwt";

/// What to issue, for whom, and with which key.
#[derive(clap::Args, Debug)]
#[command(after_long_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The format of the credential.
    #[arg(long, value_enum)]
    format: Format,
    /// The issuer's private key.
    #[arg(long, value_name = "KEY")]
    issuer_key: Source,
    /// The issuer's CA certificate, with those between it and its root after it, if there are any (x509).
    #[arg(long, value_name = "CERTIFICATE")]
    issuer_cert: Option<Source>,
    /// The key that the credential is for, public or private; only its public part is used. Or a certification request of its owner
    /// (mimicred key request), which proves that she has it.
    #[arg(long, value_name = "KEY|REQUEST", required_unless_present = "ca")]
    holder: Option<Source>,
    #[command(flatten)]
    possession: PossessionArgs,
    /// The claims, as one JSON object; for sd-cwt also as a CBOR map, with tags 58 and 62.
    #[arg(long, value_name = "FILE", required_unless_present_any = ["ca", "pseudonym"])]
    claims: Option<Source>,
    /// What can be withheld: all that may be (default), none, or the claims at these paths, like email address.street nationalities[].
    #[arg(long, value_name = "all|none|PATH", num_args = 1.., conflicts_with = "ca")]
    redact: Vec<String>,
    /// Add decoys so that every level has at least this many digests: the number of withheld claims stays hidden.
    #[arg(long, value_name = "NUMBER", default_value_t = 0, conflicts_with = "ca")]
    min_digests: usize,
    /// How long the credential is valid, like 90d or 12h; 30d if not given, 3650d for a CA.
    #[arg(long, value_name = "SPAN")]
    lifetime: Option<Span>,
    /// Mint a pseudonym and a client name at --provider, at random, and issue for them.
    #[arg(long, requires = "provider", conflicts_with = "ca")]
    pseudonym: bool,
    /// The host of the provider that the pseudonym belongs to.
    #[arg(long, value_name = "HOST", value_parser = Host::parse, requires = "pseudonym")]
    provider: Option<Host>,
    /// Make the certificate of a CA (x509): of a root for the issuer's own key, or with --issuer-cert and --holder of the issuing CA
    /// below that root, which is the same for all users and has no CA below itself.
    #[arg(long, requires = "name", conflicts_with = "claims")]
    ca: bool,
    /// The name of the CA.
    #[arg(long, value_name = "TEXT", requires = "ca")]
    name: Option<String>,
    #[command(flatten)]
    token: options::TokenArgs,
    #[command(flatten)]
    now: NowArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// Credential formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A certificate, in PEM.
    X509,
    /// RFC 9901, compact text.
    SdJwt,
    /// draft-ietf-spice-sd-cwt, CBOR.
    SdCwt,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Done, Failure> {
    args.output.check()?;
    options::check(args)?;
    let inputs = Inputs::default();
    let issuer = KeyFile::read(&inputs, &args.issuer_key, "issuer's key")?;
    let kid = issuer.kid.clone();
    let signer = Signer { key: IssuerKey::new(issuer.into_secret()?), kid };
    let issued = match args.format {
        Format::X509 => x509::issue(args, &inputs, &signer)?,
        Format::SdJwt => token::issue_sd_jwt(args, &inputs, &signer)?,
        Format::SdCwt => token::issue_sd_cwt(args, &inputs, &signer)?,
    };
    issued.write(args, out)
}

/// Who signs.
struct Signer {
    key: IssuerKey,
    kid: Option<String>,
}

/// The names minted for a pseudonym.
struct Minted {
    user: MimiUri,
    client: MimiUri,
}

impl Minted {
    /// Two names that share nothing but the host (mimi-mls.md 1.1).
    fn at(provider: &Host) -> Result<Self, Failure> {
        use mimicred_keys::Random;
        let (mut user, mut client) = ([0; 16], [0; 16]);
        SystemRandom.fill(&mut user)?;
        SystemRandom.fill(&mut client)?;
        Ok(Self { user: mint_pseudonym(provider, user), client: mint_client(provider, client) })
    }
}

/// What was made.
struct Issued {
    octets: Vec<u8>,
    form: ArtefactForm,
    format: Format,
    minted: Option<Minted>,
    not_before: Option<i64>,
    expires: Option<i64>,
    left_out: Vec<String>,
}

/// The object that `--json` prints.
#[derive(Serialize)]
struct Shown {
    /// x509, sd-jwt or sd-cwt.
    format: &'static str,
    /// The file that was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// The credential, if no file was written and it is text.
    #[serde(skip_serializing_if = "Option::is_none")]
    credential: Option<String>,
    /// The credential in base64url, if no file was written and it is octets.
    #[serde(skip_serializing_if = "Option::is_none")]
    credential_base64url: Option<String>,
    /// The pseudonym that was minted.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    /// The client name that was minted.
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<String>,
    /// From when it is valid, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_from: Option<i64>,
    /// Until when it is valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<i64>,
    /// Claims that the format has no place for.
    left_out: Vec<String>,
}

impl Issued {
    fn write(self, args: &Args, out: &mut Out) -> Result<Done, Failure> {
        args.output.write(&Artefact { octets: &self.octets, form: self.form }, out)?;
        if let Some(Minted { user, client }) = &self.minted {
            out.remark(&format!("user    {user}\nclient  {client}"));
        }
        if !self.left_out.is_empty() {
            out.remark(&format!("note: a certificate has no place for {}", self.left_out.join(", ")));
        }
        if !out.is_json() {
            return Ok(Done::Accepted);
        }
        let file = args.output.file().map(|file| file.display().to_string());
        let (credential, credential_base64url) = crate::out::carried(file.is_none(), &self.octets, self.form);
        let shown = Shown {
            format: match self.format {
                Format::X509 => "x509",
                Format::SdJwt => "sd-jwt",
                Format::SdCwt => "sd-cwt",
            },
            file,
            credential,
            credential_base64url,
            user: self.minted.as_ref().map(|minted| minted.user.to_string()),
            client: self.minted.as_ref().map(|minted| minted.client.to_string()),
            valid_from: self.not_before,
            expires: self.expires,
            left_out: self.left_out,
        };
        out.result(&shown, |_| String::new())?;
        Ok(Done::Accepted)
    }
}
