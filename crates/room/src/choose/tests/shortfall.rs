//! Why nothing satisfies a policy: each reason alone.

use super::*;
use crate::policy::{Optionality, TrustedIssuer};

fn unmet(scene: &Scene, owned: &[&Owned]) -> Vec<(String, Vec<Obstacle>)> {
    let Err(Shortfall::Unmet(rules)) = scene.choose(owned) else { panic!("{:?}", scene.choose(owned)) };
    rules.into_iter().map(|rule| (rule.claim_name, rule.attempts.into_iter().map(|attempt| attempt.obstacle).collect())).collect()
}

#[test]
fn each_obstacle_is_named() {
    let name = || wants("name", &[r#"["name"]"#], "predicates = [{ op = \"equal\", value = \"A\" }]");
    let claims = r#"{"sub": "x", "name": "A", "phone": "1"}"#;
    type Change = fn(&mut RoomDisclosurePolicy);
    let nothing: Change = |_| {};
    let forbidden = "[[claim_rules]]\nclaim_name = \"phone\"\npaths = [{ jwt = [\"phone\"] }]\npresence = \"forbidden\"\n";
    let cases: [(&str, Change, &str, Obstacle); 8] = [
        ("", nothing, r#"{"sub": "x"}"#, Obstacle::NoClaim),
        ("", nothing, r#"{"sub": "x", "name": "B"}"#, Obstacle::PredicateFailed),
        ("", |policy| policy.trusted_issuers[0].claim_names = vec!["leaf".into()], claims, Obstacle::IssuerNotForClaim),
        (forbidden, nothing, claims, Obstacle::ShowsForbidden("phone".into())),
        ("", |policy| policy.unlisted_claims = Optionality::Forbidden, claims, Obstacle::ShowsUnlisted("phone".into())),
        ("", |policy| policy.claim_rules[0].visible_to_roles = vec![3], claims, Obstacle::ForSomeRoles("name".into())),
        ("", |policy| policy.accepted_formats = vec![DisclosureFormat::SdKbt], claims, Obstacle::FormatNotAccepted),
        (
            "",
            |policy| {
                // Of the leaf's host, and of another format.
                let TrustedIssuer { formats, .. } = &mut policy.trusted_issuers[0];
                *formats = vec![DisclosureFormat::MlsCredential];
            },
            claims,
            Obstacle::IssuerNotNamed,
        ),
    ];
    for (more, change, claims, obstacle) in cases {
        let scene = Scene::with(&[&name(), more].concat(), change);
        // The phone is always visible, so that it cannot be withheld.
        let redacted: &[&str] = if claims.contains("name") { &["name"] } else { &[] };
        let token = scene.jwt(0, claims, redacted);
        assert_eq!(unmet(&scene, &[&token]), [("name".to_owned(), vec![obstacle])]);
    }
    let scene = Scene::new(&name());
    assert_eq!(unmet(&scene, &[]), [("name".to_owned(), vec![])]);
    let expired = identity(DisclosureFormat::SdKbt, &scene.providers[0], scene.person.key.public(), &alice(), NOW - 1);
    assert!(matches!(&unmet(&scene, &[&expired])[0].1[..], [Obstacle::Impossible(_)]));
}

#[test]
fn what_no_credential_can_help_is_said_of_the_room() {
    let token = |scene: &Scene| scene.jwt(0, r#"{"sub": "x", "name": "A"}"#, &["name"]);
    let scene = Scene::with("", |policy| policy.pseudonyms = Optionality::Forbidden);
    let shortfall = scene.choose(&[&token(&scene)]).unwrap_err();
    assert_eq!(shortfall, Shortfall::Room { code: VerdictCode::PseudonymForbidden, note: None });
    let scene = Scene::new("");
    assert_eq!(scene.choose(&[]), Err(Shortfall::Nothing(Vec::new())));
    let error = Error::from(scene.choose(&[]).unwrap_err());
    assert_eq!(error.code(), crate::Code::RevealRefused);
    let snapshot = scene.snapshot();
    let sender = snapshot.leaf(0).unwrap().member().unwrap();
    for (state, code) in
        [(PolicyState::Missing, VerdictCode::PolicyMissing), (PolicyState::Unsupported, VerdictCode::PolicyUnsupported)]
    {
        let choosing = Choosing { holdings: &[], policy: &state, sender, audience: Audience::Room };
        let shortfall = choose(&scene.world.context(0), &choosing, NOW).unwrap_err();
        assert_eq!((shortfall.verdict(), shortfall), (code, Shortfall::Room { code, note: None }));
    }
}

/// Two credentials that contradict each other in what they always show.
#[test]
fn a_conflict_is_said() {
    let optional = "[[claim_rules]]\nclaim_name = \"rank\"\npaths = [{ jwt = [\"rank\"] }]\npresence = \"optional\"\n";
    let scene = Scene::new(&[&wants("name", &[r#"["name"]"#], ""), &wants("email", &[r#"["email"]"#], ""), optional].concat());
    let name = scene.jwt(0, r#"{"sub": "x", "name": "A", "rank": 1}"#, &["name"]);
    let email = scene.jwt(0, r#"{"sub": "x", "email": "e", "rank": 2}"#, &["email"]);
    let shortfall = scene.choose(&[&name, &email]).unwrap_err();
    assert_eq!(shortfall, Shortfall::Violated { code: VerdictCode::ConflictingClaims, note: Some("rank".into()) });
    assert_eq!(shortfall.verdict(), VerdictCode::ConflictingClaims);
}

#[test]
fn the_explanation_names_credentials_as_the_caller_does() {
    let scene = Scene::new(&[wants("name", &[r#"["name"]"#], ""), wants("email", &[r#"["email"]"#], "")].concat());
    let name = scene.jwt(0, r#"{"sub": "x", "name": "A"}"#, &["name"]);
    let shortfall = scene.choose(&[&name]).unwrap_err();
    assert_eq!(shortfall.to_string(), "email: credential 1 does not have it");
    assert_eq!(shortfall.lines(|_| "alice.sdjwt".to_owned()), ["email: alice.sdjwt does not have it"]);
    let email = scene.jwt(0, r#"{"sub": "y", "email": "e"}"#, &["email"]);
    let lines = scene.choose(&[&name, &email]).unwrap_err().lines(|n| n.to_string());
    assert_eq!(lines[1..], ["name: 0", "email: 1"]);
    assert_eq!(Evidence::of_jwt(Map::new()).format(), DisclosureFormat::SdJwtKb);
}
