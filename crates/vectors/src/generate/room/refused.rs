//! Reveals that are wrong in one thing, in a bundle.

use mimicred_keys::Algorithm;
use mimicred_room::policy::{DisclosureFormat, NonceMode, Optionality};

use super::carriages::expected;
use super::world::*;
use crate::cast::{self, NOW};
use crate::draft::{Draft, case};
use crate::object::Object;

pub(super) fn file() -> Draft {
    let about = "Reveals that are wrong in one thing, or right where they might be wrong; each in a DisclosureBundle.";
    let mut file = Draft::new("room/verdicts", "room/verify", about, &["mimi-mls.md 3.4, 3.5"]);
    for format in FORMATS {
        messages(&mut file, format);
        trust(&mut file, format);
        policies(&mut file, format);
    }
    file
}

struct Scene {
    provider: Provider,
    leaf: crate::sign::FixedKey,
}

fn scene() -> Scene {
    Scene { provider: Provider::new("issuer"), leaf: cast::key(Algorithm::Ed25519, "holder") }
}

impl Scene {
    fn reveal(&self, format: DisclosureFormat) -> Reveal<'_> {
        Reveal::new(&self.provider, format, &self.leaf)
    }

    /// The octets of a bundle made where she sits.
    fn octets(&self, reveal: &Reveal<'_>) -> Vec<u8> {
        sure(reveal.bundle(context(self.leaf.public())).encode())
    }

    fn good(&self, format: DisclosureFormat) -> Vec<u8> {
        self.octets(&self.reveal(format))
    }
}

fn content(octets: &[u8]) -> Object {
    Object::new().hex("octets", octets)
}

fn messages(file: &mut Draft, format: DisclosureFormat) {
    let scene = scene();
    let name = name(format);
    let id = |what: &str| format!("{name}-{what}");
    let good = scene.good(format);
    let common = common(&scene.provider).text("carriage", "bundle");
    file.group(&format!("{name}: the message and the proof"), common.without("later"));
    let at = |octets: &[u8], received_at: i64| content(octets).with("message", arrived(received_at));
    file.valid(case(id("good"), "all is well", &["mimi-mls.md 3.5.3"]).input(at(&good, NOW + 2)), expected(format));

    let made_in = |change: &dyn Fn(&mut mimicred_room::RoomContext)| {
        let mut context = context(scene.leaf.public());
        change(&mut context);
        sure(scene.reveal(format).bundle(context).encode())
    };
    let elsewhere = made_in(&|context| context.room_uri = uri("mimi://hub.example/r/elsewhere"));
    let new = case(id("other-room"), "made for another room", &["mimi-mls.md 3.5.3 step 2"]);
    file.refused(new.input(at(&elsewhere, NOW + 2)), "room/audience-mismatch");
    let other_nonce = made_in(&|context| context.nonce = vec![9; 32]);
    let new = case(id("other-nonce"), "made with another nonce", &["mimi-mls.md 3.5.2"]);
    file.refused(new.input(at(&other_nonce, NOW + 2)), "room/nonce-mismatch");
    let other_subject = made_in(&|context| context.subject_uri = uri("mimi://a.example/p/c29tZWJvZHkgZWxzZSE"));
    let new = case(id("other-subject"), "the bundle names another sender", &["mimi-mls.md 3.5.3 step 2"]);
    file.refused(new.input(at(&other_subject, NOW + 2)), "room/subject-mismatch");
    let truncated = good.get(..good.len() - 1).unwrap_or_default();
    let new = case(id("truncated"), "the last octet is missing", &["mimi-mls.md 3.5.1"]);
    file.refused(new.input(at(truncated, NOW + 2)), "room/malformed");
    let trailing = [good.as_slice(), &[0]].concat();
    let new = case(id("trailing"), "an octet too many", &["mimi-mls.md 2.1"]);
    file.refused(new.input(at(&trailing, NOW + 2)), "room/malformed");

    let accepted = |at: i64| content(&good).with("message", arrived(NOW + 3600).int("accepted_at", at));
    let new =
        case(id("in-time"), "accepted by the hub when it was as old as it may be, and received later", &["mimi-mls.md 3.5.2"]);
    file.valid(new.input(accepted(NOW + 300)), expected(format));
    let new = case(id("late"), "accepted by the hub a second too late", &["mimi-mls.md 3.5.2"]);
    file.refused(new.input(accepted(NOW + 301)), "room/stale");
    let new = case(id("queued"), "received as late as age and queue allow", &["mimi-mls.md 3.5.2"]);
    file.valid(new.input(at(&good, NOW + 300 + 7 * DAY)), expected(format));
    let new = case(id("queued-too-long"), "received a second later", &["mimi-mls.md 3.5.2"]);
    file.refused(new.input(at(&good, NOW + 301 + 7 * DAY)), "room/stale");
    let new = case(id("skewed"), "made later than it came, no more than clocks differ", &["mimi-mls.md 3.5.2"]);
    file.valid(new.input(at(&good, NOW - 5)), expected(format));
    let new = case(id("early"), "made later than it came, more than clocks differ", &["mimi-mls.md 3.5.2"]);
    file.refused(new.input(at(&good, NOW - 6)), "room/not-yet-valid");
    let again =
        |sender: u32, epoch: u64| Object::new().int("sender", sender).int("epoch", i128::from(epoch)).int("received_at", NOW + 1);
    let repeated = at(&good, NOW + 2).list("earlier", [again(3, EPOCH)]);
    let new = case(id("same-message-again"), "the same message once more, which is no replay", &["mimi-mls.md 3.5.2"]);
    file.valid(new.input(repeated), expected(format));

    let mut lapsed = scene.reveal(format);
    // Certificates are valid for whole days.
    lapsed.exp = (NOW / DAY + 1) * DAY;
    let new = case(id("lapsed"), "the issuer's token has expired since the reveal was made", &["mimi-mls.md 3.5.2"]);
    file.valid(new.input(at(&scene.octets(&lapsed), (NOW / DAY + 1) * DAY + 1)), Object::new().text("verdict", "ok_lapsed"));
    let thief = cast::key(Algorithm::Ed25519, "mallory");
    let mut stolen = scene.reveal(format);
    stolen.holder = &thief;
    let octets = sure(stolen.bundle(context(scene.leaf.public())).encode());
    let new = case(id("other-key"), "a credential for another key, and a proof with that one", &["mimi-mls.md 3.5.3 step 5"]);
    file.refused(new.input(at(&octets, NOW + 2)), "room/key-mismatch");
    let mut flipped = good.clone();
    if let Some(last) = flipped.last_mut() {
        *last ^= 1;
    }
    if format != DisclosureFormat::SdJwtKb {
        let new = case(id("proof-flipped"), "one bit of the proof is another", &["mimi-mls.md 3.5.3 step 6"]);
        file.refused(new.input(at(&flipped, NOW + 2)), "room/binding-invalid");
    }
    let later = |octets: &[u8]| {
        let epoch = Object::new().int("epoch", i128::from(EPOCH + 1)).hex("nonce_root", &[8; 32]).int("entered_at", NOW + 1);
        at(octets, NOW + 2).list("later", [epoch])
    };
    let new = case(id("epoch-before"), "a message of the epoch before this one", &["mimi-mls.md 3.5.2"]);
    file.valid(new.input(later(&good)), expected(format));
    let moved = arrived(NOW + 2).int("epoch", i128::from(EPOCH + 1));
    let new = case(id("epoch-after"), "made for the epoch before the message's", &["mimi-mls.md 3.5.2"]);
    // The proof of a certificate covers the epoch itself.
    let code = if format == DisclosureFormat::MlsCredential { "room/binding-invalid" } else { "room/nonce-mismatch" };
    file.refused(new.input(later(&good).with("message", moved)), code);
    let unknown = arrived(NOW + 2).int("epoch", 2);
    let new = case(id("epoch-unknown"), "a message of an epoch that is not kept", &["mimi-mls.md 3.5.2"]);
    file.refused(new.input(content(&good).with("message", unknown)), "room/stale");
}

fn trust(file: &mut Draft, format: DisclosureFormat) {
    let scene = scene();
    let name = name(format);
    let id = |what: &str| format!("{name}-{what}");
    let common =
        common(&scene.provider).text("carriage", "bundle").with("message", arrived(NOW + 2)).without("trust").without("policy");
    file.group(&format!("{name}: who is trusted"), common);
    let policy_of = |change: &dyn Fn(&mut mimicred_room::policy::RoomDisclosurePolicy)| {
        let mut policy = policy(&scene.provider);
        change(&mut policy);
        sure(policy.encode())
    };
    let good = scene.good(format);
    let given = |trust: Object, policy: &[u8]| content(&good).list("trust", [trust]).hex("policy", policy);
    let (trusted, named) = (|| trusting(&scene.provider, &[HOST]), policy_of(&|_| {}));
    let new = case(id("trusted"), "by the room and by the verifier", &["mimi-mls.md 3.4.3"]);
    file.valid(new.input(given(trusted(), &named)), expected(format));
    // One entry for the leaf, which every member has, and another one for the issuer of the reveal.
    let other = Provider::new("other issuer");
    let mut by_other = scene.reveal(format);
    by_other.provider = &other;
    let forged = scene.octets(&by_other);
    let new = case(id("unknown-key"), "signed by a key that nobody knows", &["mimi-mls.md 3.4.3"]);
    let code = if format == DisclosureFormat::MlsCredential { "room/issuer-untrusted" } else { "room/issuer-signature-invalid" };
    file.refused(new.input(content(&forged).list("trust", [trusted()]).hex("policy", &named)), code);
    let unnamed = policy_of(&|policy| {
        for issuer in &mut policy.trusted_issuers {
            issuer.claim_names = vec!["leaf".to_owned()];
        }
    });
    let new = case(id("leaf-only"), "the room trusts the issuer with leaf credentials only", &["mimi-mls.md 3.4.3"]);
    file.refused(new.input(given(trusted(), &unnamed)), "room/missing-required-claim");
}

fn policies(file: &mut Draft, format: DisclosureFormat) {
    let scene = scene();
    let name = name(format);
    let id = |what: &str| format!("{name}-{what}");
    let common = common(&scene.provider).text("carriage", "bundle").with("message", arrived(NOW + 2)).without("policy");
    file.group(&format!("{name}: what the room asks"), common);
    let policy_of = |change: &dyn Fn(&mut mimicred_room::policy::RoomDisclosurePolicy)| {
        let mut policy = policy(&scene.provider);
        change(&mut policy);
        sure(policy.encode())
    };
    let given = |octets: &[u8], policy: &[u8]| content(octets).hex("policy", policy);
    let good = scene.good(format);
    let asked = policy_of(&|_| {});
    let new = case(id("asked"), "what the room asks is there", &["mimi-mls.md 3.4.2"]);
    file.valid(new.input(given(&good, &asked)), expected(format));
    let new = case(id("policy-missing"), "the room has no policy", &["mimi-mls.md 3.4.1"]);
    file.refused(new.input(content(&good)), "room/policy-missing");
    let unknown = policy_of(&|policy| policy.nonce_mode = NonceMode::Other(9));
    let new = case(id("policy-unknown-value"), "the policy has a value that nobody knows", &["mimi-mls.md 3.4.1"]);
    file.refused(new.input(given(&good, &unknown)), "room/policy-unsupported");
    let other_format = policy_of(&|policy| policy.accepted_formats.retain(|accepted| *accepted != format));
    let new = case(id("format"), "the room does not take this format", &["mimi-mls.md 3.4.2 point 4"]);
    file.refused(new.input(given(&good, &other_format)), "room/format-not-accepted");
    let forbidden = policy_of(&|policy| {
        policy.identity_reveal = Optionality::Forbidden;
        policy.claim_rules.clear();
    });
    let new = case(id("reveal-forbidden"), "the room wants no reveals", &["mimi-mls.md 3.4.2 point 3"]);
    file.refused(new.input(given(&good, &forbidden)), "room/reveal-forbidden");
    let no_pseudonyms = policy_of(&|policy| policy.pseudonyms = Optionality::Forbidden);
    let new = case(id("pseudonym-forbidden"), "the room wants no pseudonyms", &["mimi-mls.md 3.4.2 point 2"]);
    file.refused(new.input(given(&good, &no_pseudonyms)), "room/pseudonym-forbidden");
    let no_name = policy_of(&|policy| {
        for rule in policy.claim_rules.iter_mut().filter(|rule| rule.claim_name == "name") {
            rule.presence = Optionality::Forbidden;
        }
    });
    let new = case(id("claim-forbidden"), "the name is shown, and forbidden", &["mimi-mls.md 3.4.2 point 5"]);
    file.refused(new.input(given(&good, &no_name)), "room/forbidden-claim");
    if format == DisclosureFormat::MlsCredential {
        return;
    }
    let mut nothing = scene.reveal(format);
    nothing.disclose = &[];
    let new = case(id("claim-missing"), "the name is required, and not shown", &["mimi-mls.md 3.4.2 point 6"]);
    file.refused(new.input(given(&scene.octets(&nothing), &asked)), "room/missing-required-claim");
    let mut both = scene.reveal(format);
    both.disclose = &["name", "email"];
    let elsewhere = policy_of(&|policy| {
        for rule in policy.claim_rules.iter_mut().filter(|rule| rule.claim_name == "email") {
            rule.predicates =
                vec![mimicred_room::policy::ClaimPredicate::HostEqual(mimicred_room::policy::PolicyScalar::text("b.example"))];
        }
    });
    let new = case(id("predicate"), "an e-mail address of a host that the room does not want", &["mimi-mls.md 3.4.2 point 8"]);
    file.refused(new.input(given(&scene.octets(&both), &elsewhere)), "room/predicate-failed");
}
