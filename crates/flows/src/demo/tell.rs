//! From what is on stage to what the demo has to tell.

use super::report::{AttackReport, CredentialReport, MemberReport, NotApplicable, Report, RevealReport, RoomReport};
use super::scene::Scene;
use super::{Format, choose};

pub(super) fn report(
    scenes: &[Scene<'_>],
    reveals: Vec<RevealReport>,
    attacks: Vec<AttackReport>,
    not_applicable: Vec<NotApplicable>,
) -> Report {
    let first = scenes.first();
    Report {
        suite: first.map(|scene| scene.world.suite.to_string()).unwrap_or_default(),
        rooms: scenes.iter().map(room).collect(),
        credentials: first.map(credentials).unwrap_or_default(),
        reveals,
        attacks,
        not_applicable,
    }
}

fn room(scene: &Scene<'_>) -> RoomReport {
    let members = scene.cast.iter().map(|player| MemberReport {
        name: player.name,
        provider: player.provider.clone(),
        pseudonym: player.user.to_string(),
        role: player.role,
    });
    RoomReport {
        uri: scene.room.uri().to_string(),
        carriages: scene.carriages.clone(),
        policy: scene.policy.to_json(),
        policy_octets: scene.policy.encode().map(|octets| octets.len()).unwrap_or_default(),
        visible_to_roles: scene.policy.visible_to_roles.clone(),
        members: members.collect(),
    }
}

fn credentials(scene: &Scene<'_>) -> Vec<CredentialReport> {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let certified = choose::only(scene.claims, &scene.paths(Format::MlsCredential));
    let tokens = &scene.alice.tokens;
    let [identity, _] = &tokens.chain;
    vec![
        CredentialReport {
            kind: "pseudonym certificate",
            octets: scene.alice.leaf.pseudonym.certificate.as_der().len(),
            visible: names(&["pseudonym URIs"]),
            disclosures: 0,
        },
        CredentialReport {
            kind: "identity certificate",
            octets: identity.as_der().len(),
            visible: certified.iter().map(|(key, _)| key.to_string()).collect(),
            disclosures: 0,
        },
        CredentialReport {
            kind: "SD-JWT",
            octets: tokens.sd_jwt.len(),
            visible: names(&["iss", "sub", "mimi_user", "iat", "exp", "cnf"]),
            disclosures: tokens.sd_jwt.matches('~').count().saturating_sub(1),
        },
        CredentialReport {
            kind: "SD-CWT",
            octets: tokens.sd_cwt.len(),
            visible: names(&["iss", "sub", "mimi_user", "iat", "exp", "cnf"]),
            disclosures: tokens.disclosures_of_sd_cwt(),
        },
    ]
}
