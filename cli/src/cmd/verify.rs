//! `mimicred verify`: a reveal on files, judged as a member of the room would judge it.

mod inputs;
mod replay;
pub(super) mod shown;
mod status;

use std::path::PathBuf;

use mimicred_room::{
    Arrival, EpochSnapshot, FileInputs, Input, PolicyState, Settings, Snapshots, TrustStore, Verifier, VouchedKeys,
};
use mimicred_uri::MimiUri;

use crate::error::{Done, Failure};
use crate::io::{Inputs, Source};
use crate::now::NowArgs;
use crate::octets::{Nonce, Octets};
use crate::out::Out;
use crate::sniff;

const AFTER_HELP: &str = "\
\"Accepted\" means: the issuer's signature holds; the room's policy and your own trust store both let this issuer speak for the \
sender's host, for the sender's leaf as well as for the reveal; both are bound to the sender's leaf key; the reveal was made with \
that key, for this room, group, epoch and nonce, and is fresh; and the claims are what the policy asks for. Each input can be \
waived, by its own option; the verdict then says so and is never an acceptance. How far clocks may differ is for the policy to say \
(max_clock_skew).

Replays are found with --replay-store only: it remembers each reveal that came this far, with the epoch that you gave for it, and \
refuses the same reveal under another one. Under the same epoch it is the same message, judged once more. At which leaf a sender \
sits the files do not say; another leaf has another key, and what it copies fails by that. To find every replay, let the MLS client \
verify messages as they come. Reveals are forgotten when they would be too old in any case, by the system's clock: a run with --now \
forgets none. Two things are never written to the store: its key, and anything by which a guess could be confirmed. Seized together \
with the key it confirms guesses: keep that elsewhere (--replay-key - reads it from another program), and share it with nobody.

The trust directory holds files like this one; keys and certificates may also stand in files of their own (key_file, \
certificate_file), relative to the directory:

  [[issuers]]
  issuer = \"https://id.a.example\"
  hosts = [\"a.example\"]
  key_file = \"issuer.jwk\"

For a CA, crl = \"required\" refuses every certificate of it that --crl does not clear.

Exit status: 0 accepted, 1 not accepted, 2 could not judge.";

/// The inputs of a verification.
#[derive(clap::Args, Debug)]
#[command(after_long_help = AFTER_HELP)]
pub(crate) struct Args {
    /// A DisclosureBundle, a MIMI content, an SD-JWT or SD-CWT with key binding, a CredentialPresentation or an MLS credential.
    #[arg(value_name = "PRESENTATION", default_value = "-")]
    presentation: Source,
    /// The room's disclosure policy, in TOML, JSON or TLS octets.
    #[arg(long, value_name = "FILE", required_unless_present = "waive_policy")]
    policy: Option<Source>,
    /// The directory with your trust files: whom you know, and for which hosts.
    #[arg(long, value_name = "DIR", required_unless_present = "waive_trust")]
    trust: Option<PathBuf>,
    /// The room in which the reveal was made.
    #[arg(long, value_name = "URI", value_parser = MimiUri::parse, required_unless_present = "waive_room")]
    room: Option<MimiUri>,
    /// The sender's leaf: a LeafNode, or the credential in it.
    #[arg(long, value_name = "LEAF", required_unless_present = "waive_leaf")]
    leaf: Option<Source>,
    /// The MLS group, which the proof for a certificate must name; tokens are bound to it by the nonce.
    #[arg(long, value_name = "HEX", required_unless_present = "waive_group_id")]
    group_id: Option<Octets>,
    /// The epoch of the message that carried the reveal: the leaf and the nonce are of this epoch.
    #[arg(long, value_name = "NUMBER", required_unless_present = "waive_epoch")]
    epoch: Option<u64>,
    /// The nonce of that epoch and leaf, in hex or base64url.
    #[arg(long, required_unless_present = "waive_nonce")]
    nonce: Option<Nonce>,
    /// A key for encrypted disclosures of an SD-CWT, a symmetric COSE_Key; may be given several times. What no key is for stays closed.
    #[arg(long, value_name = "KEY")]
    disclosure_key: Vec<Source>,
    /// Judge the credentials inside a multi credential too, whose own keys vouch for the sender's; they are shown as vouched, and never
    /// accepted.
    #[arg(long)]
    show_vouched: bool,
    #[command(flatten)]
    status: status::StatusArgs,
    #[command(flatten)]
    replay: replay::ReplayArgs,
    #[command(flatten)]
    waived: Waived,
    #[command(flatten)]
    now: NowArgs,
}

/// What the caller does without.
#[derive(clap::Args, Clone, Copy, Debug)]
#[command(next_help_heading = "Doing without (never accepted)")]
struct Waived {
    /// Do without the policy.
    #[arg(long, conflicts_with = "policy")]
    waive_policy: bool,
    /// Do without a trust store.
    #[arg(long, conflicts_with = "trust")]
    waive_trust: bool,
    /// Do without the room.
    #[arg(long, conflicts_with = "room")]
    waive_room: bool,
    /// Do without the sender's leaf.
    #[arg(long, conflicts_with = "leaf")]
    waive_leaf: bool,
    /// Do without the group.
    #[arg(long, conflicts_with = "group_id")]
    waive_group_id: bool,
    /// Do without the epoch.
    #[arg(long, conflicts_with = "epoch")]
    waive_epoch: bool,
    /// Do without the nonce.
    #[arg(long, conflicts_with = "nonce")]
    waive_nonce: bool,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Done, Failure> {
    let now = args.now.seconds()?;
    let inputs = Inputs::default();
    let trust = args.trust.as_deref().map(|directory| sniff::trust::read(&inputs, directory)).transpose()?;
    let policy = args.policy.as_ref().map(|policy| sniff::policy::read(&inputs, policy)).transpose()?;
    let leaf = args.leaf.as_ref().map(|leaf| inputs::leaf(&inputs, leaf)).transpose()?;
    let held = args.status.held(&inputs, now)?;
    let disclosure_keys =
        args.disclosure_key.iter().map(|key| sniff::symmetric::read(&inputs, key)).collect::<Result<Vec<_>, _>>()?;
    let reveal = inputs::Revealed::read(&inputs, &args.presentation)?;
    let mut replay = args.replay.store(&inputs, &args.now)?;

    let snapshot = EpochSnapshot::from_files(
        FileInputs {
            room: given(args.room.clone()),
            leaf: given(leaf),
            group_id: given(args.group_id.clone().map(|Octets(octets)| octets)),
            epoch: given(args.epoch),
            nonce: given(args.nonce.map(|Nonce(nonce)| nonce.to_vec())),
            policy: given(policy.map(|(policy, _)| PolicyState::of_policy(policy))),
            trust: given(trust.as_ref()),
        },
        now,
    );
    let arrival = Arrival {
        sender: EpochSnapshot::FILE_SENDER,
        epoch: snapshot.epoch(),
        received_at: now,
        accepted_at: None,
        challenge: None,
    };
    let nobody = TrustStore::new();
    let mut verifier = Verifier {
        trust: trust.as_ref().unwrap_or(&nobody),
        replay: replay.as_mut(),
        status: &held,
        disclosure_keys: &disclosure_keys,
        settings: Settings {
            vouched_keys: if args.show_vouched { VouchedKeys::Shown } else { VouchedKeys::Refused },
            ..Settings::default()
        },
    };
    let verdict = mimicred_room::verify(&Snapshots::only(snapshot), &arrival, reveal.as_reveal(), &mut verifier)?;
    args.status.remark_unused(&held.crls, out);
    out.result(&verdict, shown::verdict)?;
    Ok(if verdict.is_accepted() { Done::Accepted } else { Done::Rejected })
}

/// What was not given was waived: clap has seen to it.
fn given<T>(input: Option<T>) -> Input<T> {
    input.map_or(Input::Waived, Input::Given)
}
