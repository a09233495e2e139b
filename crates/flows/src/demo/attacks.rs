//! Mallory's ideas. Each is tried as a real MLS message, by a member of the room who plays along.

mod policies;

use mimicred_claims::ClaimPath;
use mimicred_keys::Random;
use mimicred_room::policy::RoomDisclosurePolicy;

use super::scene::{ALICE, BOB, CAROL, Scene, entries};
use super::wallet::{Tokens, Wallet, bundle};
use super::{AttackReport, Format, choose};
use crate::{Error, Heard, Issued, Provider};

use policies::{forbidding, requiring};

/// A way to misuse a reveal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attack {
    /// The octets of a reveal, sent again in a second room.
    ReplayedIntoAnotherRoom,
    /// The same, in a bundle that names the second room.
    ReaddressedToAnotherRoom,
    /// The octets of a reveal, sent by another member.
    CopiedByAnotherMember,
    /// The same, in a bundle that names the other member.
    ReaddressedByAnotherMember,
    /// A valid credential and proof of the same person, for another of her keys.
    MadeWithAnotherKey,
    /// An issuer that neither the room nor anybody knows.
    UntrustedIssuer,
    /// The name of a trusted issuer under somebody else's signature.
    ForgedIssuer,
    /// An issuer that may speak for another provider's users.
    IssuerOfAnotherDomain,
    /// An issuer that the room's administrator has written into the policy.
    IssuerOfTheAdministrator,
    /// A claim that the policy forbids.
    ForbiddenClaim,
    /// Nothing of what the policy requires.
    MissingRequiredClaim,
    /// A reveal made in the epoch before.
    OlderEpoch,
    /// A token that had expired when the reveal was made.
    Expired,
}

impl Attack {
    /// All of them, in the order of the demo.
    pub const ALL: [Attack; 13] = [
        Attack::ReplayedIntoAnotherRoom,
        Attack::ReaddressedToAnotherRoom,
        Attack::CopiedByAnotherMember,
        Attack::ReaddressedByAnotherMember,
        Attack::MadeWithAnotherKey,
        Attack::UntrustedIssuer,
        Attack::ForgedIssuer,
        Attack::IssuerOfAnotherDomain,
        Attack::IssuerOfTheAdministrator,
        Attack::ForbiddenClaim,
        Attack::MissingRequiredClaim,
        Attack::OlderEpoch,
        Attack::Expired,
    ];

    /// A stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Attack::ReplayedIntoAnotherRoom => "replayed-into-another-room",
            Attack::ReaddressedToAnotherRoom => "readdressed-to-another-room",
            Attack::CopiedByAnotherMember => "copied-by-another-member",
            Attack::ReaddressedByAnotherMember => "readdressed-by-another-member",
            Attack::MadeWithAnotherKey => "made-with-another-key",
            Attack::UntrustedIssuer => "untrusted-issuer",
            Attack::ForgedIssuer => "forged-issuer",
            Attack::IssuerOfAnotherDomain => "issuer-of-another-domain",
            Attack::IssuerOfTheAdministrator => "issuer-of-the-administrator",
            Attack::ForbiddenClaim => "forbidden-claim",
            Attack::MissingRequiredClaim => "missing-required-claim",
            Attack::OlderEpoch => "older-epoch",
            Attack::Expired => "expired",
        }
    }

    /// What happens, in a sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Attack::ReplayedIntoAnotherRoom => {
                "Alice's reveal is sent again, as it is, in a second room where she has the same key"
            }
            Attack::ReaddressedToAnotherRoom => "the same, in a new bundle that names the second room",
            Attack::CopiedByAnotherMember => "Bob sends Alice's reveal as his own message, as it is",
            Attack::ReaddressedByAnotherMember => "the same, in a new bundle that names Bob",
            Attack::MadeWithAnotherKey => "Alice reveals a credential of hers that belongs to another of her keys",
            Attack::UntrustedIssuer => "the credential comes from an issuer nobody knows",
            Attack::ForgedIssuer => "the credential has the name of Alice's provider and somebody else's signature",
            Attack::IssuerOfAnotherDomain => "the credential comes from b.example, which may not speak for a.example",
            Attack::IssuerOfTheAdministrator => "Carol, who administers the room, writes an issuer of her own into the policy",
            Attack::ForbiddenClaim => "Alice discloses a claim that the policy forbids",
            Attack::MissingRequiredClaim => "Alice discloses nothing of what the policy requires",
            Attack::OlderEpoch => "Alice's reveal was made in the epoch before the one it is sent in",
            Attack::Expired => "Alice's credential had expired before she revealed it",
        }
    }

    /// The code with which it must be refused. The proof of possession of an X.509 reveal covers room, group and epoch itself,
    /// where tokens name the room and carry the nonce.
    pub const fn expected(self, format: Format) -> &'static str {
        let is_x509 = matches!(format, Format::MlsCredential);
        match self {
            Attack::ReplayedIntoAnotherRoom => "audience_mismatch",
            Attack::ReaddressedToAnotherRoom if is_x509 => "binding_invalid",
            Attack::ReaddressedToAnotherRoom => "audience_mismatch",
            Attack::CopiedByAnotherMember => "subject_mismatch",
            Attack::ReaddressedByAnotherMember | Attack::MadeWithAnotherKey => "key_mismatch",
            Attack::ForgedIssuer if !is_x509 => "issuer_signature_invalid",
            Attack::UntrustedIssuer | Attack::ForgedIssuer => "issuer_untrusted",
            Attack::IssuerOfAnotherDomain => "issuer_not_for_domain",
            Attack::IssuerOfTheAdministrator => "issuer_room_only",
            Attack::ForbiddenClaim => "forbidden_claim",
            Attack::MissingRequiredClaim => "missing_required_claim",
            Attack::OlderEpoch if is_x509 => "binding_invalid",
            Attack::OlderEpoch => "nonce_mismatch",
            Attack::Expired => "expired",
        }
    }
}

/// Tries an attack in one format, and leaves the room as it was but for the epoch.
pub(super) fn mount(
    scene: &mut Scene<'_>,
    attack: Attack,
    format: Format,
    random: &mut dyn Random,
) -> Result<AttackReport, Error> {
    let heard = match attack {
        Attack::ReplayedIntoAnotherRoom | Attack::ReaddressedToAnotherRoom => {
            let item = honest(scene, format)?;
            let mut second = scene.another_room(random)?;
            let named = if attack == Attack::ReplayedIntoAnotherRoom { scene.room.uri() } else { second.uri() };
            let bundle = bundle(named, &scene.alice.pseudonym.user, item);
            second.reveal(ALICE, &bundle)?.1
        }
        Attack::CopiedByAnotherMember | Attack::ReaddressedByAnotherMember => {
            let item = honest(scene, format)?;
            let named = if attack == Attack::CopiedByAnotherMember { ALICE } else { BOB };
            let bundle = bundle(scene.room.uri(), &scene.room.seat(named)?.user, item);
            scene.room.reveal(BOB, &bundle)?.1
        }
        Attack::MadeWithAnotherKey => {
            let certified = choose::chosen(&scene.policy, &scene.claims, Format::MlsCredential);
            let other = Wallet::issue(&scene.home, scene.algorithm, &scene.claims, &certified, scene.now, random)?;
            let paths = choose::chosen(&scene.policy, &scene.claims, format);
            let item = other.tokens.present(format, &other.key, &paths, &scene.moment()?)?;
            scene.send(ALICE, item)?.1
        }
        Attack::UntrustedIssuer => {
            let mallory = Provider::new("mallory.example", scene.algorithm, scene.now, random)?;
            issued_by(scene, &mallory, format, Issued::at(scene.now), random)?
        }
        Attack::ForgedIssuer => {
            let forger = Provider::new(scene.home.host(), scene.algorithm, scene.now, random)?;
            issued_by(scene, &forger, format, Issued::at(scene.now), random)?
        }
        Attack::IssuerOfAnotherDomain => {
            let tokens = tokens(scene, &scene.elsewhere, Issued::at(scene.now), random)?;
            reveal(scene, &tokens, format)?
        }
        Attack::IssuerOfTheAdministrator => {
            let hers = Provider::new("mallory.example", scene.algorithm, scene.now, random)?;
            let mut policy = scene.policy.clone();
            policy.trusted_issuers.extend(entries(&hers, scene.home.host()));
            under(scene, &policy, |scene| issued_by(scene, &hers, format, Issued::at(scene.now), random))?
        }
        Attack::ForbiddenClaim => {
            let (policy, forbidden) = forbidding(&scene.policy, scene, format)?;
            let mut paths = choose::chosen(&scene.policy, &scene.claims, format);
            paths.extend(forbidden);
            let tokens = certified_for(scene, &paths, random)?;
            under(scene, &policy, |scene| {
                let item = tokens.present(format, &scene.alice.key, &paths, &scene.moment()?)?;
                Ok(scene.send(ALICE, item)?.1)
            })?
        }
        Attack::MissingRequiredClaim => {
            let policy = requiring(&scene.policy)?;
            let tokens = certified_for(scene, &[], random)?;
            under(scene, &policy, |scene| {
                let item = tokens.present(format, &scene.alice.key, &[], &scene.moment()?)?;
                Ok(scene.send(ALICE, item)?.1)
            })?
        }
        Attack::OlderEpoch => {
            let item = honest(scene, format)?;
            scene.room.change(CAROL, mimicred_mls::group::Group::update)?;
            scene.send(ALICE, item)?.1
        }
        Attack::Expired => {
            const DAY: i64 = 86_400;
            let issued = Issued { at: scene.now - 60 * DAY, until: scene.now - 2 * DAY };
            let tokens = tokens(scene, &scene.home, issued, random)?;
            reveal(scene, &tokens, format)?
        }
    };
    Ok(report(attack, format, heard))
}

fn report(attack: Attack, format: Format, heard: Vec<Heard>) -> AttackReport {
    let expected = attack.expected(format);
    let code = heard.first().map_or("", |heard| heard.verdict.code.name());
    let refused = !heard.is_empty() && heard.iter().all(|heard| !heard.verdict.is_accepted());
    AttackReport { attack: attack.name(), sentence: attack.sentence(), format, expected, code, refused, heard }
}

/// What Alice would send now.
fn honest(scene: &Scene<'_>, format: Format) -> Result<mimicred_mls::BundleItem, Error> {
    let paths = choose::chosen(&scene.policy, &scene.claims, format);
    scene.alice.tokens.present(format, &scene.alice.key, &paths, &scene.moment()?)
}

/// Credentials for Alice's key by any issuer.
fn tokens(scene: &Scene<'_>, issuer: &Provider, issued: Issued, random: &mut dyn Random) -> Result<Tokens, Error> {
    let certified = choose::chosen(&scene.policy, &scene.claims, Format::MlsCredential);
    let alice = &scene.alice;
    Tokens::issue(issuer, alice.key.public(), &alice.pseudonym, &scene.claims, &certified, issued, random)
}

/// Credentials for Alice's key by her provider, whose certificate has the claims at these paths.
fn certified_for(scene: &Scene<'_>, certified: &[ClaimPath], random: &mut dyn Random) -> Result<Tokens, Error> {
    let alice = &scene.alice;
    let issued = Issued::at(scene.now);
    Tokens::issue(&scene.home, alice.key.public(), &alice.pseudonym, &scene.claims, certified, issued, random)
}

fn issued_by(
    scene: &mut Scene<'_>,
    issuer: &Provider,
    format: Format,
    issued: Issued,
    random: &mut dyn Random,
) -> Result<Vec<Heard>, Error> {
    let tokens = tokens(scene, issuer, issued, random)?;
    reveal(scene, &tokens, format)
}

/// Alice reveals what she always does, from other credentials.
fn reveal(scene: &mut Scene<'_>, tokens: &Tokens, format: Format) -> Result<Vec<Heard>, Error> {
    let paths = choose::chosen(&scene.policy, &scene.claims, format);
    let item = tokens.present(format, &scene.alice.key, &paths, &scene.moment()?)?;
    Ok(scene.send(ALICE, item)?.1)
}

/// Lets something happen under another policy, if it is another one.
fn under<T, F>(scene: &mut Scene<'_>, policy: &RoomDisclosurePolicy, act: F) -> Result<T, Error>
where
    F: FnOnce(&mut Scene<'_>) -> Result<T, Error>,
{
    if *policy == scene.policy {
        return act(scene);
    }
    let usual = scene.policy.clone();
    scene.set_policy(policy)?;
    let done = act(scene)?;
    scene.set_policy(&usual)?;
    Ok(done)
}
