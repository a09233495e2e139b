//! `mimicred present`: a credential, shown to one room.

mod carriage;
mod holdings;
mod plan;
mod policy;
mod token;
mod x509;

use mimicred_claims::{ClaimPath, Selection};
use mimicred_keys::LeafKey;
use mimicred_mls::{BundleItem, DisclosureBundle};
use mimicred_uri::{MimiUri, UriKind};
use serde::Serialize;

use crate::error::{Code, Done, Error, Failure};
use crate::io::output::{Artefact, ArtefactForm, OutputArgs};
use crate::io::{Input, Inputs, Source};
use crate::names::Serialization;
use crate::now::TimeArgs;
use crate::octets::{Nonce, Octets, decode_hex};
use crate::out::{Out, carried, printable};
use crate::sniff::key::KeyFile;
use crate::sniff::{self, Content};
use carriage::Carriage;

const AFTER_HELP: &str = "\
The presentation is good for one room, one nonce and the holder's key. From an SD-JWT comes an SD-JWT with key binding, from an \
SD-CWT its key binding token, from a certificate a CredentialPresentation; --carriage wraps any of them as members send it. What is \
revealed is told on standard error. The issuer's signature is not checked: that is for whoever accepted the credential, and for \
verify.

With --policy the least that satisfies the room is chosen from all credentials that are given: an attestation of an age before a \
birthdate, few credentials before many. Before anything is signed it is told what is revealed, and to whom; on a terminal it is asked \
for, and --confirm-policy asks for it in scripts. Where nothing satisfies the room, each rule says why.

Exit status: 0 presented, 1 refused, 2 could not present.

  mimicred present alice.sdjwt --holder-key leaf.jwk --disclose name \\
      --room mimi://hub.example/r/clubhouse --nonce NONCE -o reveal.sdjwt
  mimicred present alice.sdjwt alice.sdcwt --holder-key leaf.jwk --policy room.toml --subject mimi://a.example/p/x \\
      --room mimi://hub.example/r/clubhouse --nonce NONCE --bundle -o reveal.bundle";

/// What to present, where, and with which key.
#[derive(clap::Args, Debug)]
#[command(after_long_help = AFTER_HELP)]
pub(crate) struct Args {
    /// An SD-JWT, an SD-CWT, or a certificate (with its chain); several with --policy, which chooses among them.
    #[arg(value_name = "CREDENTIAL", default_value = "-")]
    credentials: Vec<Source>,
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
    /// Go on only if the policy is this one: SHA-256 of its TLS form, as mimicred policy check prints it.
    #[arg(long, value_name = "sha256:HEX", requires = "policy", help_heading = "Disclosure")]
    confirm_policy: Option<PolicyHash>,
    /// It will be sealed to the members with these roles, so that only they can read it.
    #[arg(long, value_name = "ROLE", num_args = 1.., requires = "policy", help_heading = "Disclosure")]
    roles: Vec<u32>,
    /// Show what would be revealed, and sign nothing.
    #[arg(long, requires = "policy", help_heading = "Disclosure")]
    dry_run: bool,
    /// Sign without asking; where standard input is no terminal nobody is asked anyway.
    #[arg(long, requires = "policy", help_heading = "Disclosure")]
    yes: bool,
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
    let now = args.time.clock()?.now;
    let given = args.credentials.iter().map(|source| inputs.read(source, "credential")).collect::<Result<Vec<_>, _>>()?;
    if args.serialization.is_some() && args.carriage() != Carriage::Bare {
        return Err(Failure::note(Code::Usage, "--serialization belongs to a presentation that travels alone"));
    }
    if args.policy.is_some() {
        return policy::present(args, &inputs, &given, &key, out);
    }
    let [input] = given.as_slice() else {
        let hint = "with --policy the least that the room asks for is chosen from several";
        return Err(Failure::note(Code::Usage, "one credential is presented at a time").hint(hint));
    };
    let content = Content::of(input);
    if !args.encrypt.is_empty() && content.is_some_and(|content| content != Content::SdCwt) {
        return Err(Failure::note(Code::Usage, "--encrypt belongs to an SD-CWT"));
    }
    if args.serialization.is_some() && content.is_some_and(|content| content != Content::SdJwt) {
        return Err(Failure::note(Code::Usage, "--serialization belongs to an SD-JWT"));
    }
    let shown = match content {
        Some(Content::SdJwt) => token::present_sd_jwt(args, input, &key),
        Some(Content::SdCwt) => token::present_sd_cwt(args, &inputs, input, &key),
        Some(Content::Certificate) => x509::present(args, input, &key),
        _ => Err(unpresentable(input)),
    }?;
    shown.write(args, now, out)
}

/// Nothing that could be presented.
fn unpresentable(input: &Input) -> Failure {
    sniff::unexpected(input, "an SD-JWT, an SD-CWT or a certificate").reading(&input.name)
}

impl Args {
    /// As what it travels.
    fn carriage(&self) -> Carriage {
        if self.bundle { Carriage::Bundle } else { self.carriage }
    }

    /// What to disclose from a token, if it is said aloud.
    fn said(&self, rename: fn(&ClaimPath) -> ClaimPath) -> Option<Selection> {
        match (self.disclose.as_slice(), self.all, self.none) {
            ([], true, _) => Some(Selection::All),
            ([], _, true) => Some(Selection::None),
            ([], false, false) => None,
            (paths, ..) => Some(Selection::Paths(paths.iter().map(rename).collect())),
        }
    }

    /// What to disclose from a token where nothing chooses.
    fn selection(&self, rename: fn(&ClaimPath) -> ClaimPath) -> Result<Selection, Failure> {
        self.said(rename).ok_or_else(|| {
            Failure::note(Code::OptionMissing, "--disclose, --all, --none or --policy")
                .hint("mimicred inspect FILE shows what there is to disclose")
        })
    }
}

/// SHA-256 of a policy's TLS form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct PolicyHash([u8; 32]);

impl std::str::FromStr for PolicyHash {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let octets = text.strip_prefix("sha256:").and_then(decode_hex).and_then(|octets| octets.try_into().ok());
        octets.map(Self).ok_or_else(|| Error::new(Code::OctetsMalformed).note("sha256: and 64 hex digits are wanted"))
    }
}

/// What the holder shows.
struct Shown {
    octets: Vec<u8>,
    form: ArtefactForm,
    /// Of a single presentation.
    format: Option<&'static str>,
    /// The same as items of a bundle.
    items: Vec<BundleItem>,
    /// The pseudonym that the credential names.
    pseudonym: Option<MimiUri>,
    reveals: Vec<String>,
    encrypted: Vec<String>,
    /// What was agreed to, with --policy.
    plan: Option<plan::Plan>,
}

/// The object that `--json` prints.
#[derive(Serialize)]
struct Presented {
    /// sd_jwt_kb, sd_kbt or mls_credential, as room policies call them; not there for several in one bundle.
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'static str>,
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
    /// With --policy: what was chosen, why, and who may see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<plan::Plan>,
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
            // It was told before it was signed.
            _ if self.plan.is_some() => {}
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
                plan: self.plan,
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
        Ok(DisclosureBundle { room_uri: args.room.clone(), subject_uri, items: self.items.clone() })
    }
}
