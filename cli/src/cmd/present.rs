//! `mimicred present`: a credential, shown to one room.

mod carriage;
mod policy;
mod token;
mod x509;

use mimicred_claims::{ClaimPath, Selection};
use mimicred_keys::LeafKey;
use mimicred_mls::{BundleItem, DisclosureBundle};
use mimicred_uri::{MimiUri, UriKind};
use serde::Serialize;

use crate::error::{Code, Done, Failure};
use crate::io::output::{Artefact, ArtefactForm, OutputArgs};
use crate::io::{Inputs, Source};
use crate::names::Serialization;
use crate::now::TimeArgs;
use crate::octets::{Nonce, Octets};
use crate::out::{Out, carried, printable};
use crate::sniff::key::KeyFile;
use crate::sniff::{self, Content};
use carriage::Carriage;

const AFTER_HELP: &str = "\
The presentation is good for one room, one nonce and the holder's key. From an SD-JWT comes an SD-JWT with key binding, from an \
SD-CWT its key binding token, from a certificate a CredentialPresentation; --carriage wraps any of them as members send it. What is \
revealed is told on standard error. The issuer's signature is not checked: that is for whoever accepted the credential, and for \
verify.

Exit status: 0 presented, 1 refused, 2 could not present.

  mimicred present alice.sdjwt --holder-key leaf.jwk --disclose name \\
      --room mimi://hub.example/r/clubhouse --nonce NONCE -o reveal.sdjwt";

/// What to present, where, and with which key.
#[derive(clap::Args, Debug)]
#[command(after_long_help = AFTER_HELP)]
pub(crate) struct Args {
    /// An SD-JWT, an SD-CWT, or a certificate (with its chain).
    #[arg(value_name = "CREDENTIAL", default_value = "-")]
    credential: Source,
    /// The private key that the credential is for: the key of the holder's MLS leaf.
    #[arg(long, value_name = "KEY")]
    holder_key: Source,
    /// The room that may see it.
    #[arg(long, value_name = "URI", value_parser = MimiUri::parse)]
    room: MimiUri,
    /// The nonce of this epoch and leaf, 32 octets in hex or base64url; the MLS client knows it.
    #[arg(long)]
    nonce: Nonce,
    /// The MLS group, which the proof for a certificate names; a token is bound to it by the nonce alone.
    #[arg(long, value_name = "HEX")]
    group_id: Option<Octets>,
    /// The epoch of the group, for a certificate likewise.
    #[arg(long, value_name = "NUMBER")]
    epoch: Option<u64>,
    /// The room's disclosure policy: refuse to present what the room would refuse, and disclose the least that it asks for unless
    /// told otherwise.
    #[arg(long, value_name = "FILE", help_heading = "Disclosure")]
    policy: Option<Source>,
    // Not a doc comment: rustdoc would take the brackets for a link.
    #[arg(
        long,
        help = "Disclose the claims at these paths, with whatever they stand in: name address.country nationalities[0]",
        value_name = "PATH",
        num_args = 1..,
        conflicts_with_all = ["all", "none"],
        help_heading = "Disclosure"
    )]
    disclose: Vec<ClaimPath>,
    /// Disclose everything.
    #[arg(long, conflicts_with = "none", help_heading = "Disclosure")]
    all: bool,
    /// Disclose nothing but what is always visible.
    #[arg(long, help_heading = "Disclosure")]
    none: bool,
    // As above.
    #[arg(
        long,
        help = "Disclose the claims at these paths, with all that is in them, only to those who have the key (SD-CWT)",
        value_name = "PATH",
        num_args = 1..,
        requires = "encrypt_key",
        conflicts_with = "policy",
        help_heading = "Disclosure"
    )]
    encrypt: Vec<ClaimPath>,
    /// The key for --encrypt: a symmetric COSE_Key, as mimicred key generate --alg aes128 makes it.
    #[arg(long, value_name = "KEY", requires = "encrypt", help_heading = "Disclosure")]
    encrypt_key: Option<Source>,
    /// How the presentation is written: on one line, or as JSON (SD-JWT).
    #[arg(long, value_enum, conflicts_with = "bundle")]
    serialization: Option<Serialization>,
    /// What members send: the presentation alone, a DisclosureBundle, or a MIMI content that holds it.
    #[arg(long, value_enum, default_value_t, conflicts_with = "bundle")]
    carriage: Carriage,
    /// The same as --carriage bundle.
    #[arg(long)]
    bundle: bool,
    /// The name under which the holder is in the room, where a carriage or --policy needs it and the credential names no pseudonym.
    #[arg(long, value_name = "URI", value_parser = MimiUri::parse)]
    subject: Option<MimiUri>,
    #[command(flatten)]
    time: TimeArgs,
    #[command(flatten)]
    output: OutputArgs,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Done, Failure> {
    args.output.check()?;
    if args.room.kind() != UriKind::Room {
        return Err(
            Failure::note(Code::Usage, format!("--room {} does not name a room", args.room)).hint("rooms are mimi://HOST/r/ID")
        );
    }
    let inputs = Inputs::default();
    let key = LeafKey::new(KeyFile::read(&inputs, &args.holder_key, "holder's key")?.into_secret()?)?;
    let input = inputs.read(&args.credential, "credential")?;
    let now = args.time.clock()?.now;
    if !args.encrypt.is_empty() && Content::of(&input).is_some_and(|content| content != Content::SdCwt) {
        return Err(Failure::note(Code::Usage, "--encrypt belongs to an SD-CWT"));
    }
    if args.serialization.is_some() && args.carriage() != Carriage::Bare {
        return Err(Failure::note(Code::Usage, "--serialization belongs to a presentation that travels alone"));
    }
    if args.serialization.is_some() && Content::of(&input).is_some_and(|content| content != Content::SdJwt) {
        return Err(Failure::note(Code::Usage, "--serialization belongs to an SD-JWT"));
    }
    let shown = match Content::of(&input) {
        Some(Content::SdJwt) => token::present_sd_jwt(args, &inputs, &input, &key),
        Some(Content::SdCwt) => token::present_sd_cwt(args, &inputs, &input, &key),
        Some(Content::Certificate) => x509::present(args, &inputs, &input, &key),
        _ => Err(sniff::unexpected(&input, "an SD-JWT, an SD-CWT or a certificate").reading(&input.name)),
    }?;
    shown.write(args, now, out)
}

impl Args {
    /// As what it travels.
    fn carriage(&self) -> Carriage {
        if self.bundle { Carriage::Bundle } else { self.carriage }
    }

    /// What to disclose from a token: one of the three, said aloud, or what `least` finds.
    fn selection(
        &self,
        rename: fn(&ClaimPath) -> ClaimPath,
        least: impl FnOnce() -> Option<Selection>,
    ) -> Result<Selection, Failure> {
        match (self.disclose.as_slice(), self.all, self.none) {
            ([], true, _) => Ok(Selection::All),
            ([], _, true) => Ok(Selection::None),
            ([], false, false) if self.policy.is_some() => Ok(least().unwrap_or(Selection::None)),
            ([], false, false) => Err(Failure::note(Code::OptionMissing, "--disclose, --all, --none or --policy")
                .hint("mimicred inspect FILE shows what there is to disclose")),
            (paths, ..) => Ok(Selection::Paths(paths.iter().map(rename).collect())),
        }
    }
}

/// What the holder shows.
struct Shown {
    octets: Vec<u8>,
    form: ArtefactForm,
    format: &'static str,
    /// The same as an item of a bundle.
    item: BundleItem,
    /// The pseudonym that the credential names.
    pseudonym: Option<MimiUri>,
    reveals: Vec<String>,
    encrypted: Vec<String>,
}

/// The object that `--json` prints.
#[derive(Serialize)]
struct Presented {
    /// sd_jwt_kb, sd_kbt or mls_credential, as room policies call them.
    format: &'static str,
    /// bare, bundle or content.
    carriage: &'static str,
    /// Whether it is wrapped in a DisclosureBundle.
    bundle: bool,
    /// The file that was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// The presentation, if no file was written and it is text.
    #[serde(skip_serializing_if = "Option::is_none")]
    presentation: Option<String>,
    /// The presentation in base64url, if no file was written and it is octets.
    #[serde(skip_serializing_if = "Option::is_none")]
    presentation_base64url: Option<String>,
    /// The room that it is for.
    room: String,
    /// When it was made, in seconds since 1970.
    issued_at: i64,
    /// The claims that it discloses beside those that are always visible; what they stand in is not named.
    reveals: Vec<String>,
    /// The claims that it discloses to those who have the key.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    encrypted: Vec<String>,
}

impl Shown {
    fn write(self, args: &Args, now: i64, out: &mut Out) -> Result<Done, Failure> {
        let carriage = args.carriage();
        let (octets, form) = match carriage {
            Carriage::Bare => (self.octets, self.form),
            Carriage::Bundle => (self.bundle(args)?.encode()?, ArtefactForm::Binary),
            Carriage::Content => (carriage::content(&self.bundle(args)?, now)?, ArtefactForm::Binary),
        };
        args.output.write(&Artefact { octets: &octets, form }, out)?;
        match self.reveals.as_slice() {
            [] => out.remark("reveals nothing but what is always visible"),
            reveals => out.remark(&format!("reveals {}", printable(&reveals.join(", ")))),
        }
        if !self.encrypted.is_empty() {
            out.remark(&format!("encrypted {}", printable(&self.encrypted.join(", "))));
        }
        if out.is_json() {
            let file = args.output.file().map(|file| file.display().to_string());
            let (presentation, presentation_base64url) = carried(file.is_none(), &octets, form);
            let presented = Presented {
                format: self.format,
                carriage: carriage.name(),
                bundle: carriage == Carriage::Bundle,
                file,
                presentation,
                presentation_base64url,
                room: args.room.to_string(),
                issued_at: now,
                reveals: self.reveals,
                encrypted: self.encrypted,
            };
            out.result(&presented, |_| String::new())?;
        }
        Ok(Done::Accepted)
    }

    fn bundle(&self, args: &Args) -> Result<DisclosureBundle, Failure> {
        let subject = args.subject.clone().or_else(|| self.pseudonym.clone());
        let subject_uri = subject.ok_or_else(|| {
            Failure::note(Code::OptionMissing, "--subject").hint("give the mimi URI that the holder's leaf credential names")
        })?;
        Ok(DisclosureBundle { room_uri: args.room.clone(), subject_uri, items: vec![self.item.clone()] })
    }
}
