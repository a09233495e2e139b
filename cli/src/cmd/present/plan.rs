//! What is going to be revealed, by what, and to whom: told before anything is signed (mimi-mls.md 3.5.6).

use std::fmt::Write as _;
use std::io::{self, BufRead, IsTerminal, Write as _};

use mimicred_room::verdict::ShownValue;
use mimicred_room::{Choice, Effort, PreparedBundle, RevealedItem, ShownClaim};
use serde::Serialize;

use super::Args;
use crate::error::{Code, Failure};
use crate::out::{hex, printable};

/// What is going to be revealed; the object `plan` of `--json`.
#[derive(Serialize)]
pub(super) struct Plan {
    /// The room.
    room: String,
    /// The epoch of its group, if it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    epoch: Option<u64>,
    /// The holder's name in the room.
    subject: String,
    /// The roles whose holders alone may read it; every member if there is none.
    roles: Vec<u32>,
    /// SHA-256 of the policy's TLS form.
    policy_sha256: String,
    /// Whether a smaller set has been ruled out: exhaustive or cut_short; not there if the command line chose.
    #[serde(skip_serializing_if = "Option::is_none")]
    search: Option<&'static str>,
    /// What each required rule is met by.
    met: Vec<Met>,
    /// What each credential shows.
    items: Vec<Item>,
}

#[derive(Serialize)]
struct Met {
    /// The rule's label in the policy.
    claim_name: String,
    /// The file of the credential that meets it.
    credential: String,
}

#[derive(Serialize)]
struct Item {
    /// The file.
    credential: String,
    /// sd_jwt_kb, sd_kbt or mls_credential.
    format: &'static str,
    /// Who says so; empty for a certificate.
    issuer: String,
    /// What is disclosed.
    reveals: Vec<Claim>,
    /// What everybody sees who sees anything of it.
    always_visible: Vec<Claim>,
}

#[derive(Serialize)]
struct Claim {
    /// A claim path, or an object identifier.
    place: String,
    /// What the place is usually called.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'static str>,
    value: ShownValue,
}

impl Claim {
    fn of(claim: ShownClaim) -> Self {
        Self { place: claim.place, name: claim.name, value: claim.value }
    }

    fn text(&self) -> String {
        format!("{} = {}", printable(self.name.unwrap_or(&self.place)), self.value)
    }
}

impl Plan {
    /// What this bundle shows, item by item from these files.
    pub(super) fn of(
        args: &Args,
        prepared: &PreparedBundle,
        policy_sha256: &[u8; 32],
        files: &[&str],
        choice: Option<(&Choice, &dyn Fn(usize) -> String)>,
    ) -> Self {
        let item = |(item, file): (RevealedItem, &&str)| Item {
            credential: (*file).to_owned(),
            format: item.format.name().unwrap_or_default(),
            issuer: item.issuer,
            reveals: item.reveals.into_iter().map(Claim::of).collect(),
            always_visible: item.always_visible.into_iter().map(Claim::of).collect(),
        };
        let met = choice.iter().flat_map(|(choice, name)| {
            choice.met.iter().map(|met| Met { claim_name: met.claim_name.clone(), credential: name(met.holding) })
        });
        Self {
            room: args.room.to_string(),
            epoch: args.epoch,
            subject: prepared.context().subject_uri.to_string(),
            roles: args.roles.clone(),
            policy_sha256: hex(policy_sha256),
            search: choice.map(|(choice, _)| match choice.effort {
                Effort::Exhaustive => "exhaustive",
                Effort::CutShort => "cut_short",
            }),
            met: met.collect(),
            items: prepared.revealed_items().zip(files).map(item).collect(),
        }
    }

    /// For people. Writing to a String cannot fail.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        let roles: Vec<String> = self.roles.iter().map(u32::to_string).collect();
        let _ = match roles.as_slice() {
            [] => write!(text, "to every member of {}", self.room),
            roles => write!(text, "to the members of {} with roles {}", self.room, roles.join(", ")),
        };
        if let Some(epoch) = self.epoch {
            let _ = write!(text, ", epoch {epoch}");
        }
        let _ = writeln!(text, ", as {}", self.subject);
        let _ = writeln!(text, "policy sha256:{}", self.policy_sha256);
        for item in &self.items {
            let by = if item.issuer.is_empty() { String::new() } else { format!(" of {}", printable(&item.issuer)) };
            let what = if item.reveals.is_empty() { "reveals nothing more" } else { "reveals" };
            let _ = writeln!(text, "{what} by {} ({}{by})", printable(&item.credential), item.format);
            for claim in &item.reveals {
                let _ = writeln!(text, "  {}", claim.text());
            }
            for claim in &item.always_visible {
                let _ = writeln!(text, "  always visible: {}", claim.text());
            }
        }
        if self.search == Some("cut_short") {
            let _ = writeln!(text, "note: this policy is hard to answer, and there may be a smaller set");
        }
        text
    }
}

/// Asks whoever sits there; where nobody does, a script has decided.
///
/// # Errors
/// `cli/not-confirmed`.
pub(super) fn ask(args: &Args) -> Result<(), Failure> {
    if args.yes || !io::stdin().is_terminal() {
        return Ok(());
    }
    let mut answer = String::new();
    let mut stderr = io::stderr().lock();
    // If it cannot be asked or answered, the answer is no.
    let _ = stderr.write_all(b"Sign? [y/N] ").and_then(|()| stderr.flush());
    let _ = io::stdin().lock().read_line(&mut answer);
    agreed(&answer)
}

fn agreed(answer: &str) -> Result<(), Failure> {
    match answer.trim() {
        "y" | "Y" | "yes" => Ok(()),
        _ => Err(Failure::new(Code::NotConfirmed)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_one() {
        for yes in ["y\n", "Y", " yes \r\n"] {
            assert!(agreed(yes).is_ok());
        }
        for no in ["", "\n", "n", "yess", "ok"] {
            assert_eq!(agreed(no).unwrap_err().shown().code, "cli/not-confirmed");
        }
    }
}
