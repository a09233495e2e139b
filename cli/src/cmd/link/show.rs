//! `mimicred link show`, and what `link make` says of the link that it made.

use std::fmt::Write;

use mimicred_mls::JoinLink;
use owo_colors::{OwoColorize, Style};
use serde::Serialize;

use crate::error::{Done, Failure};
use crate::io::{Inputs, Source};
use crate::now::{NowArgs, date, span};
use crate::out::{Out, hex};

/// The link, and when.
#[derive(clap::Args, Debug)]
#[command(after_long_help = super::SECRET)]
pub(crate) struct Args {
    /// A join link, or the file that holds one.
    #[arg(value_name = "LINK|FILE", default_value = "-")]
    link: Source,
    #[command(flatten)]
    now: NowArgs,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Done, Failure> {
    let now = args.now.seconds()?;
    let link = super::read(&Inputs::default(), &args.link)?;
    out.result(&Told::of(&link, now)?, Told::text)?;
    Ok(Done::Accepted)
}

/// What there is to tell of a link, without its private key: the object that `--json` prints.
#[derive(Debug, Serialize)]
pub(super) struct Told {
    /// The room.
    room: String,
    /// The host of its hub.
    hub: String,
    /// Until when the link is good, in seconds since 1970.
    not_after: u64,
    /// The same as a date.
    expires: String,
    /// Whether that is over.
    expired: bool,
    /// The group, in hex.
    group_id: String,
    /// SHA-256 of the inviter's leaf key, in hex.
    inviter_key_sha256: String,
    /// SHA-256 of the room's disclosure policy, in hex, if the room has one.
    policy_sha256: Option<String>,
    /// The link's public key, in hex: what the room lists in join_links.
    link_public_key: String,
    /// How long it is good, or has not been.
    #[serde(skip)]
    distance: String,
}

impl Told {
    /// # Errors
    /// `mls/crypto`, which does not happen.
    pub(super) fn of(link: &JoinLink, now: i64) -> Result<Self, Failure> {
        let (until, now) = (i128::from(link.not_after), i128::from(now));
        let expired = until < now;
        let distance = span(until.abs_diff(now));
        Ok(Self {
            room: link.room_uri.to_string(),
            hub: link.room_uri.host().to_owned(),
            not_after: link.not_after,
            expires: date(until),
            expired,
            group_id: hex(&link.group_id),
            inviter_key_sha256: hex(&link.inviter_key_hash),
            policy_sha256: link.policy_hash.map(|hash| hex(&hash)),
            link_public_key: hex(link.public_key()?.octets()),
            distance: if expired { format!("EXPIRED, {distance} ago") } else { format!("in {distance}") },
        })
    }

    /// For people. Nothing of it can command a terminal: a room is a MIMI URI, and the rest is ours.
    fn text(&self) -> String {
        let mut text = format!("{}\n", format!("join link to {}", self.room).bold());
        let style = if self.expired { Style::new().red().bold() } else { Style::new().green() };
        let policy =
            self.policy_sha256.as_ref().map_or_else(|| "none: the room had no policy".into(), |hash| format!("sha256:{hash}"));
        let lines = [
            ("hub", self.hub.clone()),
            ("expires", format!("{} ({})", self.expires, self.distance.style(style))),
            ("group id", self.group_id.clone()),
            ("inviter key", format!("sha256:{}", self.inviter_key_sha256)),
            ("policy", policy),
            ("link key", self.link_public_key.clone()),
        ];
        for (label, value) in lines {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "  {label:11}  {value}");
        }
        text.push_str("the link key is public, the room lists it in join_links; the private key in the link is not shown\n");
        text
    }

    /// The link's public key.
    pub(super) fn link_public_key(&self) -> &str {
        &self.link_public_key
    }
}
