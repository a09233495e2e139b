//! `mimicred link make`: a link with a fresh key.

use std::str::FromStr;

use mimicred_keys::{PublicKey, Random, SystemRandom, sha256};
use mimicred_mls::{JoinLink, KeyPackageView, LeafNode};
use mimicred_uri::{MimiUri, UriKind};
use serde::Serialize;
use zeroize::Zeroizing;

use super::show::Told;
use crate::error::{Code, Done, Error, Failure};
use crate::io::output::{Artefact, ArtefactForm, OutputArgs};
use crate::io::{Inputs, Source};
use crate::now::{Moment, NowArgs, Span, date};
use crate::octets::Octets;
use crate::out::{Out, carried};
use crate::sniff::key::KeyFile;
use crate::sniff::{self, Content};

const AFTER_HELP: &str = "\
The link is text in one line, and a secret: whoever has it can join the room. Its file is readable by its owner only. Its public key \
is told beside it, in hex: nobody can join by the link before the room lists that key in its component join_links.

  mimicred link make --room mimi://hub.example/r/clubhouse --group-id 0101 \\
    --inviter leaf.bin --policy room.toml --expires 7d -o link.txt";

/// What a link says.
#[derive(clap::Args, Debug)]
#[command(after_long_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The room to which it leads.
    #[arg(long, value_name = "URI", value_parser = MimiUri::parse)]
    room: MimiUri,
    /// The MLS group of the room: who joins checks that it is the one.
    #[arg(long, value_name = "HEX")]
    group_id: Octets,
    /// The member who invites: her LeafNode or KeyPackage, or the public key of her leaf. Of it the link holds the SHA-256.
    #[arg(long, value_name = "LEAF|KEY")]
    inviter: Source,
    /// The room's disclosure policy, in TOML, JSON or TLS octets. Of it the link holds the SHA-256: who joins learns if it is another.
    #[arg(long, value_name = "FILE", required_unless_present = "no_policy")]
    policy: Option<Source>,
    /// The room has no disclosure policy.
    #[arg(long, conflicts_with = "policy")]
    no_policy: bool,
    /// Until when it is good: seconds since 1970, a date like 2026-09-21T12:00:00Z, or a span from now like 7d or 12h.
    #[arg(long, value_name = "TIME|SPAN")]
    expires: Expiry,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    now: NowArgs,
}

/// A moment, or how long from now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expiry {
    At(Moment),
    In(Span),
}

impl FromStr for Expiry {
    type Err = Error;

    /// A number without a unit is a moment.
    fn from_str(text: &str) -> Result<Self, Error> {
        text.parse().map(Expiry::At).or_else(|_| text.parse().map(Expiry::In))
    }
}

/// The object that `--json` prints.
#[derive(Serialize)]
struct Made {
    /// The file that was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// The link, if no file was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    #[serde(flatten)]
    told: Told,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Done, Failure> {
    args.output.check()?;
    if args.room.kind() != UriKind::Room {
        return Err(Failure::from(mimicred_mls::Error::new(mimicred_mls::Code::UriInvalid).note("not a room")).reading("--room"));
    }
    let (now, inputs) = (args.now.seconds()?, Inputs::default());
    let inviter = inviter(&inputs, &args.inviter)?;
    let policy = args.policy.as_ref().map(|policy| sniff::policy::read(&inputs, policy)).transpose()?;
    let policy_hash = policy.map(|(policy, _)| policy.encode()).transpose()?.map(|octets| sha256(&octets));
    let mut seed = Zeroizing::new([0; 32]);
    SystemRandom.fill(&mut *seed)?;
    let link = JoinLink {
        room_uri: args.room.clone(),
        seed,
        group_id: args.group_id.0.clone(),
        inviter_key_hash: sha256(inviter.octets()),
        policy_hash,
        not_after: args.expires.after(now)?,
    };
    let text = link.to_text()?;
    // What nobody could read is not made.
    JoinLink::parse(&text)?;
    let told = Told::of(&link, now)?;
    args.output.write(&Artefact { octets: text.as_bytes(), form: ArtefactForm::SecretText }, out)?;
    out.remark(&format!("for join_links: {}", told.link_public_key()));
    if out.is_json() {
        let file = args.output.file().map(|file| file.display().to_string());
        let (link, _) = carried(file.is_none(), text.as_bytes(), ArtefactForm::SecretText);
        out.result(&Made { file, link, told }, |_| String::new())?;
    }
    Ok(Done::Accepted)
}

impl Expiry {
    /// # Errors
    /// `cli/link-expired`.
    fn after(self, now: i64) -> Result<u64, Failure> {
        let until = match self {
            Expiry::At(Moment(until)) => until,
            Expiry::In(Span(seconds)) => now.saturating_add(i64::from(seconds)),
        };
        let is_over = || Failure::note(Code::LinkExpired, date(until.into()));
        if until <= now { Err(is_over()) } else { u64::try_from(until).map_err(|_| is_over()) }
    }
}

/// The key of the inviter's leaf.
fn inviter(inputs: &Inputs, source: &Source) -> Result<PublicKey, Failure> {
    let input = inputs.read(source, "inviter")?;
    let key = match Content::of(&input) {
        Some(Content::LeafNode) => LeafNode::decode(&input.octets).and_then(|leaf| leaf.signature_key()).map_err(Failure::from),
        Some(Content::KeyPackage) => {
            KeyPackageView::decode(&input.octets).and_then(|package| package.leaf_node().signature_key()).map_err(Failure::from)
        }
        Some(Content::Key(_) | Content::Certificate) => KeyFile::parse(&input).and_then(KeyFile::into_public),
        _ => Err(sniff::unexpected(&input, "a LeafNode, a KeyPackage or a public key")),
    };
    key.map_err(|failure| failure.reading(&input.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_good_for_some_time() {
        let after = |text: &str| text.parse::<Expiry>().unwrap().after(1_790_000_000);
        assert_eq!(after("7d").unwrap(), 1_790_604_800);
        assert_eq!(after("1790000001").unwrap(), 1_790_000_001);
        assert_eq!(after("2026-09-21T14:13:21Z").unwrap(), 1_790_000_001);
        for over in ["1790000000", "0s", "7", "-1", "2026-09-21T14:13:20Z"] {
            assert_eq!(after(over).unwrap_err().shown().code, "cli/link-expired", "{over}");
        }
        assert_eq!("tomorrow".parse::<Expiry>().unwrap_err().code(), Code::TimeMalformed);
    }
}
