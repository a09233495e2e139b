//! A test for each attack: in every format, by every carriage, in both suites. The codes are taken from mimi-mls.md by hand:
//! 3.5.3 says which check comes first, 3.5.4 and 3.5.5 what each carriage says around a presentation.

use super::*;
use crate::demo::attacks::mount;

/// By carriage: bare, bundle, content of bare objects, content of a bundle, sealed. `NONE`: there is no such attack.
type Row = [&'static str; 5];

const NONE: &str = "";

/// What the two token formats come to, which is the same, and what certificates do.
struct Codes {
    tokens: Row,
    x509: Row,
}

fn refused(attack: Attack, codes: &Codes) {
    for algorithm in [Algorithm::Ed25519, Algorithm::P256] {
        let (world, options) = (world(algorithm), Options::builtin(now()).unwrap());
        for circle in [Circle::Everybody, Circle::SomeRoles] {
            let mut scene = Scene::set(&world, &options, circle, &mut SystemRandom).unwrap();
            let (reports, none) = mount(&mut scene, attack, &Format::ALL, &mut SystemRandom).unwrap();
            assert_eq!(reports.len() + none.len(), 3 * scene.carriages.len());
            for (format, carriage) in cells(&Format::ALL, &scene.carriages) {
                let row = if format == Format::MlsCredential { codes.x509 } else { codes.tokens };
                let at = Carriage::ALL.iter().position(|known| *known == carriage).unwrap();
                let report = reports.iter().find(|report| (report.format, report.carriage) == (format, carriage));
                let none = none.iter().find(|none| (none.format, none.carriage) == (format, carriage));
                let place = format!("{} {} {} {algorithm}", attack.name(), format.name(), carriage.name());
                match row[at] {
                    NONE => assert!(report.is_none() && !none.unwrap().reason.is_empty(), "{place}"),
                    code => is_refused(attack, report.unwrap(), code, &place),
                }
            }
            // Whoever has only herself to blame can go on: the same members accept the next reveal in the same room.
            let carriage = scene.carriages[0];
            let next = scene.reveal(Format::SdKbt, carriage).unwrap();
            assert!(next.accepted, "{} {}", attack.name(), carriage.name());
        }
    }
}

fn is_refused(attack: Attack, report: &AttackReport, code: &str, place: &str) {
    assert_eq!((report.code, report.expected, report.refused), (code, code, true), "{place}");
    for heard in &report.heard {
        assert_eq!(heard.verdict.code.name(), code, "{place} at {}: {}", heard.by, heard.verdict);
        assert!(!heard.verdict.is_accepted(), "{place}");
        // What was refused is not shown: neither as a claim nor in any remark.
        assert!(heard.verdict.claims.is_empty(), "{place}");
        let said = format!("{:?}", heard.verdict);
        for value in ["alice@a.example", "Alice Example", "Springfield"] {
            assert!(!said.contains(value), "{place}: {said}");
        }
    }
    // Every honest member has judged, but for those to whom it is not sealed.
    let by: Vec<&str> = report.heard.iter().map(|heard| heard.by).collect();
    let is_bobs = matches!(attack, Attack::CopiedByAnotherMember | Attack::ReaddressedByAnotherMember);
    let expected: (&[&str], &[&str]) = match (attack, report.carriage) {
        (Attack::OpenedWithoutTheRole, _) => (&[], &[]),
        // Nobody gets as far as the seal.
        (Attack::UnlistedMediaType, Carriage::Sealed) => (&["Carol", "Bob", "Dora"], &[]),
        (_, Carriage::Sealed) if is_bobs => (&["Carol"], &["Alice", "Dora"]),
        (_, Carriage::Sealed) => (&["Carol", "Bob"], &["Dora"]),
        _ if is_bobs => (&["Carol", "Alice", "Dora"], &[]),
        _ => (&["Carol", "Bob", "Dora"], &[]),
    };
    assert_eq!((by.as_slice(), report.kept_out.as_slice()), expected, "{place}");
}

const AUDIENCE: &str = "audience_mismatch";
const SUBJECT: &str = "subject_mismatch";
const KEY: &str = "key_mismatch";
const BINDING: &str = "binding_invalid";
const NONCE: &str = "nonce_mismatch";
const MALFORMED: &str = "malformed";

/// The same by every carriage and in every format.
fn everywhere(code: &'static str) -> Codes {
    Codes { tokens: [code; 5], x509: [code; 5] }
}

/// Step 2 by what is around it, step 7 for a bare token; sealed for another group, so that nobody can open it (3.5.5). A bare
/// certificate says nothing of a room.
#[test]
fn replayed_into_another_room() {
    let codes = Codes {
        tokens: [AUDIENCE, AUDIENCE, AUDIENCE, AUDIENCE, MALFORMED],
        x509: [NONE, AUDIENCE, AUDIENCE, AUDIENCE, MALFORMED],
    };
    refused(Attack::ReplayedIntoAnotherRoom, &codes);
}

/// Step 7 for tokens, which name their room; step 6 for a proof of possession, which covers it. Bare objects have no address.
#[test]
fn readdressed_to_another_room() {
    let codes = Codes { tokens: [NONE, AUDIENCE, AUDIENCE, AUDIENCE, AUDIENCE], x509: [NONE, BINDING, NONE, BINDING, BINDING] };
    refused(Attack::ReaddressedToAnotherRoom, &codes);
}

/// Step 2 by what is around it, step 5 where there is nothing; sealed by another sender, so that nobody can open it (3.5.5).
#[test]
fn copied_by_another_member() {
    let row = [KEY, SUBJECT, SUBJECT, SUBJECT, MALFORMED];
    refused(Attack::CopiedByAnotherMember, &Codes { tokens: row, x509: row });
}

/// Step 5, before the proof and the nonce are looked at.
#[test]
fn readdressed_by_another_member() {
    let row = [NONE, KEY, KEY, KEY, KEY];
    refused(Attack::ReaddressedByAnotherMember, &Codes { tokens: row, x509: row });
}

/// Step 5.
#[test]
fn made_with_another_key() {
    refused(Attack::MadeWithAnotherKey, &everywhere(KEY));
}

/// Step 4, by 3.4.3: neither the room's entries nor the store.
#[test]
fn untrusted_issuer() {
    refused(Attack::UntrustedIssuer, &everywhere("issuer_untrusted"));
}

/// Step 4: the name is known, and the key of that name has not signed. A certificate's issuer is its key: no path leads to an
/// anchor.
#[test]
fn forged_issuer() {
    let codes = Codes { tokens: ["issuer_signature_invalid"; 5], x509: ["issuer_untrusted"; 5] };
    refused(Attack::ForgedIssuer, &codes);
}

/// Step 4, by 3.4.3: both lists have the issuer, for another host.
#[test]
fn issuer_of_another_domain() {
    refused(Attack::IssuerOfAnotherDomain, &everywhere("issuer_not_for_domain"));
}

/// Step 4, by 3.4.3: a room entry confers no trust.
#[test]
fn issuer_of_the_administrator() {
    refused(Attack::IssuerOfTheAdministrator, &everywhere("issuer_room_only"));
}

/// 3.4.2 point 5; a mark does not stop it.
#[test]
fn forbidden_claim() {
    refused(Attack::ForbiddenClaim, &everywhere("forbidden_claim"));
}

/// 3.4.2 point 6; a certificate without a value lacks it, with its proof or without.
#[test]
fn missing_required_claim() {
    refused(Attack::MissingRequiredClaim, &everywhere("missing_required_claim"));
}

/// Step 7: the nonce is that of another epoch. Step 6 for a proof of possession, which covers the epoch. A bare certificate says
/// nothing of time.
#[test]
fn older_epoch() {
    let codes = Codes { tokens: [NONCE; 5], x509: [NONE, BINDING, NONE, BINDING, BINDING] };
    refused(Attack::OlderEpoch, &codes);
}

/// Step 4: valid at iat; of a bare certificate, which has none, when it arrives.
#[test]
fn expired() {
    refused(Attack::Expired, &everywhere("expired"));
}

/// 3.5.4, Room set-up: what is not listed is not used.
#[test]
fn unlisted_media_type() {
    refused(Attack::UnlistedMediaType, &everywhere("format_not_accepted"));
}

/// Step 2.
#[test]
fn bundle_for_another_room() {
    let row = [NONE, AUDIENCE, NONE, AUDIENCE, AUDIENCE];
    refused(Attack::BundleForAnotherRoom, &Codes { tokens: row, x509: row });
}

/// Step 2.
#[test]
fn bundle_about_another_user() {
    let row = [NONE, SUBJECT, NONE, SUBJECT, SUBJECT];
    refused(Attack::BundleAboutAnotherUser, &Codes { tokens: row, x509: row });
}

/// 3.5.4, W3 rules: roomUri must equal the room; with the code of step 2.
#[test]
fn content_for_another_room() {
    let row = [NONE, NONE, AUDIENCE, AUDIENCE, NONE];
    refused(Attack::ContentForAnotherRoom, &Codes { tokens: row, x509: row });
}

/// 3.5.4, W3 rules: senderUri must equal the leaf's user; with the code of step 2.
#[test]
fn content_by_another_sender() {
    let row = [NONE, NONE, SUBJECT, SUBJECT, NONE];
    refused(Attack::ContentByAnotherSender, &Codes { tokens: row, x509: row });
}

/// 3.5.4, W3 rules: expires is absolute; with the code for what is too old.
#[test]
fn expired_content() {
    let row = [NONE, NONE, "stale", "stale", NONE];
    refused(Attack::ExpiredContent, &Codes { tokens: row, x509: row });
}

/// 3.5.4, W3 rules: what must stay together goes under singleUnit. The first of the two would be accepted by itself.
#[test]
fn broken_unit() {
    let row = [NONE, NONE, KEY, KEY, NONE];
    refused(Attack::BrokenUnit, &Codes { tokens: row, x509: row });
}

/// 3.5.5: sealed to each leaf whose user has such a role; the group's secrets open nothing.
#[test]
fn opened_without_the_role() {
    let row = [NONE, NONE, NONE, NONE, "mls/sealed-key-invalid"];
    refused(Attack::OpenedWithoutTheRole, &Codes { tokens: row, x509: row });
}

/// 3.5.5: the recipient refuses unless the hash of the plaintext is plaintext_hash, so that nobody can be shown another text.
#[test]
fn text_behind_another_hash() {
    let row = [NONE, NONE, NONE, NONE, MALFORMED];
    refused(Attack::TextBehindAnotherHash, &Codes { tokens: row, x509: row });
}

/// 3.5.5: the context is taken from the snapshot of the message's epoch.
#[test]
fn sealed_in_the_epoch_before() {
    let row = [NONE, NONE, NONE, NONE, MALFORMED];
    refused(Attack::SealedInTheEpochBefore, &Codes { tokens: row, x509: row });
}
