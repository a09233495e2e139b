//! `mimicred policy check|show|encode|decode|diff`: one policy, three forms.

mod diff;

use clap::{Subcommand, ValueEnum};
use mimicred_room::policy::RoomDisclosurePolicy;
use serde::Serialize;

use crate::error::{Code, Done, Failure};
use crate::io::output::{Artefact, ArtefactForm, OutputArgs};
use crate::io::{Inputs, Source};
use crate::out::{Out, carried, hex};
use crate::sniff::{self, PolicyForm};

/// What to do with a policy.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Say whether a policy can be read, has no unknown value and does not contradict itself.
    Check(CheckArgs),
    /// Print a policy as TOML or JSON, every field written out.
    Show(ShowArgs),
    /// Write the TLS octets that go into the room's GroupContext.
    Encode(EncodeArgs),
    /// Read the TLS octets of a GroupContext and write TOML or JSON.
    Decode(ShowArgs),
    /// Tell what differs between two policies, and what that means for members.
    Diff(diff::Args),
}

#[derive(clap::Args, Debug)]
pub(crate) struct CheckArgs {
    /// A policy in TOML, JSON or TLS octets.
    #[arg(value_name = "POLICY", default_value = "-")]
    policy: Source,
}

#[derive(clap::Args, Debug)]
pub(crate) struct ShowArgs {
    /// A policy in TOML, JSON or TLS octets.
    #[arg(value_name = "POLICY", default_value = "-")]
    policy: Source,
    /// The form to write.
    #[arg(long, value_enum, default_value_t = TextForm::Toml)]
    to: TextForm,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(clap::Args, Debug)]
pub(crate) struct EncodeArgs {
    /// A policy in TOML or JSON.
    #[arg(value_name = "POLICY", default_value = "-")]
    policy: Source,
    #[command(flatten)]
    output: OutputArgs,
}

/// Forms that people read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum TextForm {
    Toml,
    Json,
}

pub(crate) fn run(verb: &Verb, out: &mut Out) -> Result<Done, Failure> {
    match verb {
        Verb::Check(args) => check(args, out),
        Verb::Show(args) => show(args, None, out),
        Verb::Encode(args) => encode(args, out),
        Verb::Decode(args) => show(args, Some(PolicyForm::Tls), out),
        Verb::Diff(args) => diff::run(args, out),
    }
}

/// The object that `policy check --json` prints.
#[derive(Serialize)]
struct Checked {
    /// Always true: a policy that cannot be used is an error.
    usable: bool,
    /// toml, json or tls.
    form: &'static str,
    /// Size of the TLS form.
    octets: usize,
    /// SHA-256 of the TLS form, which is the same whatever form the file has.
    sha256: String,
}

fn check(args: &CheckArgs, out: &mut Out) -> Result<Done, Failure> {
    let (policy, form) = sniff::policy::read(&Inputs::default(), &args.policy)?;
    usable(&policy, &args.policy)?;
    let octets = policy.encode()?;
    let form = match form {
        PolicyForm::Toml => "toml",
        PolicyForm::Json => "json",
        PolicyForm::Tls => "tls",
    };
    let checked = Checked { usable: true, form, octets: octets.len(), sha256: hex(&mimicred_keys::sha256(&octets)) };
    out.result(&checked, |checked| format!("usable: {} octets in TLS form, sha256:{}\n", checked.octets, checked.sha256))?;
    Ok(Done::Accepted)
}

/// Whether members can satisfy a policy.
fn usable(policy: &RoomDisclosurePolicy, source: &Source) -> Result<(), Failure> {
    policy.check_supported().and_then(|()| policy.check()).map_err(|e| Failure::from(e).found_in(source))
}

fn show(args: &ShowArgs, wanted: Option<PolicyForm>, out: &mut Out) -> Result<Done, Failure> {
    args.output.check()?;
    let (policy, form) = sniff::policy::read(&Inputs::default(), &args.policy)?;
    if wanted.is_some_and(|wanted| wanted != form) {
        let note = "this policy is text already";
        return Err(Failure::note(Code::ContentUnexpected, note).hint("mimicred policy show prints it in the other text form"));
    }
    // With --json the policy's own JSON is the object.
    let text = if args.to == TextForm::Json || out.is_json() { policy.to_json() } else { policy.to_toml() };
    if out.is_json() && args.output.file().is_none() {
        out.text(&format!("{}\n", text.trim_end()))?;
        return Ok(Done::Accepted);
    }
    finish(&policy, &Artefact { octets: text.as_bytes(), form: ArtefactForm::Text }, &args.output, out)
}

fn encode(args: &EncodeArgs, out: &mut Out) -> Result<Done, Failure> {
    args.output.check()?;
    let (policy, _) = sniff::policy::read(&Inputs::default(), &args.policy)?;
    usable(&policy, &args.policy)?;
    let octets = policy.encode()?;
    finish(&policy, &Artefact { octets: &octets, form: ArtefactForm::Binary }, &args.output, out)
}

/// The object that `--json` prints beside a file, and for octets.
#[derive(Serialize)]
struct Written {
    /// The file that was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// The TLS octets in base64url, if no file was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    policy_base64url: Option<String>,
    /// SHA-256 of the TLS form.
    sha256: String,
}

fn finish(policy: &RoomDisclosurePolicy, artefact: &Artefact<'_>, output: &OutputArgs, out: &mut Out) -> Result<Done, Failure> {
    output.write(artefact, out)?;
    if out.is_json() {
        let file = output.file().map(|file| file.display().to_string());
        let (_, policy_base64url) = carried(file.is_none(), artefact.octets, artefact.form);
        let sha256 = hex(&mimicred_keys::sha256(&policy.encode()?));
        out.result(&Written { file, policy_base64url, sha256 }, |_| String::new())?;
    }
    Ok(Done::Accepted)
}
