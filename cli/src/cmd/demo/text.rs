//! The demo's report for people. Writing to a String cannot fail.

mod table;

use std::fmt::Write;

use mimicred_flows::demo::{AttackReport, Carriage, Report, RevealReport, RoomReport};
use owo_colors::{OwoColorize, Style};

use crate::cmd::verify::shown;
use crate::out::printable;

/// Which verdicts are written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Detail {
    /// Those on bundles; the others have a line.
    Bundles,
    /// Those on every reveal.
    Reveals,
    /// Those on every attack too.
    Everything,
}

pub(super) fn report(report: &Report, detail: Detail) -> String {
    let mut text = String::new();
    for room in &report.rooms {
        room_text(&mut text, room, &report.suite);
    }
    let _ = writeln!(text, "{}", "what a.example has issued for Alice's leaf key".bold());
    for credential in &report.credentials {
        let visible =
            if credential.visible.is_empty() { "nothing".to_owned() } else { printable(&credential.visible.join(", ")) };
        let hidden = match credential.disclosures {
            0 => String::new(),
            hidden => format!("; {hidden} disclosures are hers alone"),
        };
        let _ = writeln!(text, "  {:21} {:5} octets, shows {visible}{hidden}", credential.kind, credential.octets);
    }
    // Whoever chose carriages wants to see them; if bundles are not among those there are, the first must do.
    let shown = match report.reveals.iter().find(|reveal| reveal.carriage == Carriage::Bundle) {
        Some(_) => Some(Carriage::Bundle),
        None => report.reveals.first().map(|reveal| reveal.carriage),
    };
    let is_shown = |reveal: &&RevealReport| detail != Detail::Bundles || Some(reveal.carriage) == shown;
    for reveal in report.reveals.iter().filter(is_shown) {
        reveal_text(&mut text, reveal);
    }
    let rest: Vec<&RevealReport> = report.reveals.iter().filter(|reveal| !is_shown(reveal)).collect();
    if !rest.is_empty() {
        let _ = writeln!(text, "\n{}", "and by the other carriages".bold());
        text.push_str(&table::reveals(&rest));
    }
    let _ = writeln!(text, "\n{}", "then Mallory tries".bold());
    text.push_str(&table::attacks(report));
    if detail == Detail::Everything {
        report.attacks.iter().for_each(|attack| attack_text(&mut text, attack));
        not_applicable(&mut text, report);
    }
    conclusion(&mut text, report);
    text
}

fn room_text(text: &mut String, room: &RoomReport, suite: &str) {
    let is_open = room.visible_to_roles.is_empty();
    let title = if is_open { "the room" } else { "the room where reveals are sealed to roles" };
    let _ = writeln!(text, "{}", title.bold());
    let _ = writeln!(text, "  {}, {suite}", room.uri);
    let _ = writeln!(text, "  its disclosure policy is in the GroupContext: {} octets, component 0xD050", room.policy_octets);
    for member in &room.members {
        let role = match room.visible_to_roles.as_slice() {
            [] => String::new(),
            roles if roles.contains(&member.role) => format!(", role {}: may see reveals", member.role),
            _ => format!(", role {}", member.role),
        };
        let _ = writeln!(text, "  {:5} of {} is there as {}{role}", member.name, member.provider, member.pseudonym);
    }
    text.push('\n');
}

fn reveal_text(text: &mut String, reveal: &RevealReport) {
    let disclosed = if reveal.disclosed.is_empty() { "nothing".to_owned() } else { printable(&reveal.disclosed.join(", ")) };
    let title = format!("Alice reveals {disclosed} as {}, {}", reveal.format.name(), by(reveal.carriage));
    let _ = writeln!(text, "\n{}", title.bold());
    let _ = writeln!(
        text,
        "  {} octets inside one MLS message of {}, which is all the servers see",
        reveal.presentation_octets, reveal.message_octets
    );
    let mut heard = reveal.heard.iter();
    if let Some(first) = heard.next() {
        let _ = writeln!(text, "  {} finds:", first.by);
        for line in shown::verdict(&first.verdict).lines() {
            let _ = writeln!(text, "    {line}");
        }
    }
    for other in heard {
        let _ = writeln!(text, "  {} finds: {}", other.by, other.verdict.code.sentence());
    }
    for other in &reveal.kept_out {
        let _ = writeln!(text, "  {other} cannot read it");
    }
}

/// What a carriage is, in words.
const fn by(carriage: Carriage) -> &'static str {
    match carriage {
        Carriage::Bare => "by itself",
        Carriage::Bundle => "in a bundle",
        Carriage::Content => "in a MIMI content",
        Carriage::ContentBundle => "in a bundle in a MIMI content",
        Carriage::Sealed => "in a bundle that is sealed",
    }
}

fn attack_text(text: &mut String, attack: &AttackReport) {
    let title = format!("{}, {} {}", attack.attack, attack.format.name(), by(attack.carriage));
    let _ = writeln!(text, "\n{}", title.bold());
    let _ = writeln!(text, "  {}: {}", if attack.refused { "refused" } else { "NOT REFUSED" }, attack.code);
    if let Some(heard) = attack.heard.first() {
        let _ = writeln!(text, "  {} finds:", heard.by);
        for line in shown::verdict(&heard.verdict).lines() {
            let _ = writeln!(text, "    {line}");
        }
    }
    for other in attack.heard.iter().skip(1) {
        let _ = writeln!(text, "  {} finds: {}", other.by, other.verdict.code.sentence());
    }
}

fn not_applicable(text: &mut String, report: &Report) {
    if report.not_applicable.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{}", "and cannot try".bold());
    for none in &report.not_applicable {
        let (format, carriage) = (none.format.name(), none.carriage.name());
        let _ = writeln!(text, "  {:28} {format:14} {carriage:14} {}", none.attack, none.reason);
    }
}

fn conclusion(text: &mut String, report: &Report) {
    let judged = report.reveals.iter().filter(|reveal| reveal.as_expected).count();
    let refused = report.attacks.iter().filter(|attack| attack.refused).count();
    let line = format!(
        "{judged} of {} reveals judged by everybody as they should be, {refused} of {} attacks refused by everybody",
        report.reveals.len(),
        report.attacks.len()
    );
    let all = judged == report.reveals.len() && refused == report.attacks.len();
    let style = if all { Style::new().green().bold() } else { Style::new().red().bold() };
    let _ = writeln!(text, "\n{}", line.style(style));
}
