//! Honest reveals, in every format and by every carriage (mimi-mls.md 3.5.4).

use super::*;

/// What it comes to, by carriage as in [`Carriage::ALL`]. A certificate without its proof is bound by nothing but the message.
const EXPECTED: [(Format, [&str; 5]); 3] = [
    (Format::SdKbt, ["ok", "ok", "ok", "ok", "ok"]),
    (Format::SdJwtKb, ["ok", "ok", "ok", "ok", "ok"]),
    (Format::MlsCredential, ["binding_implicit", "ok", "binding_implicit", "ok", "ok"]),
];

#[test]
fn every_carriage_brings_every_format() {
    for algorithm in [Algorithm::Ed25519, Algorithm::P256] {
        let (world, options) = (world(algorithm), Options::builtin(now()).unwrap());
        let mut scenes =
            [Circle::Everybody, Circle::SomeRoles].map(|circle| Scene::set(&world, &options, circle, &mut SystemRandom).unwrap());
        for (format, expected) in EXPECTED {
            for (carriage, code) in Carriage::ALL.into_iter().zip(expected) {
                let [open, closed] = &mut scenes;
                let scene = if carriage == Carriage::Sealed { closed } else { open };
                let reveal = scene.reveal(format, carriage).unwrap();
                let place = format!("{} {} {algorithm}", format.name(), carriage.name());
                let heard_by: Vec<_> = reveal.heard.iter().map(|heard| heard.by).collect();
                match carriage {
                    Carriage::Sealed => assert_eq!((heard_by, reveal.kept_out), (vec!["Carol", "Bob"], vec!["Dora"]), "{place}"),
                    _ => assert_eq!((heard_by, reveal.kept_out), (vec!["Carol", "Bob", "Dora"], Vec::new()), "{place}"),
                }
                for heard in &reveal.heard {
                    let verdict = &heard.verdict;
                    assert_eq!(verdict.code.name(), code, "{place} at {}: {verdict}", heard.by);
                    assert_eq!(verdict.presentations.len(), 1, "{place}");
                    let email = verdict.claims.iter().find(|claim| claim.claim_name.as_deref() == Some("email")).unwrap();
                    assert_eq!(email.value.to_string(), "alice@a.example", "{place}");
                    assert_eq!(email.code.name(), code, "{place}: what is only for information is marked as such");
                }
                assert_eq!((reveal.expected, reveal.as_expected, reveal.accepted), (code, true, code == "ok"), "{place}");
            }
        }
    }
}

/// Each carriage under its own media type, with what the specification puts inside.
#[test]
fn carriages_have_their_media_types() {
    use mimicred_mls::carriage::Object;
    use mimicred_mls::content::{MimiContent, Part};

    let (world, options) = (world(Algorithm::Ed25519), Options::builtin(now()).unwrap());
    let mut names = Vec::new();
    for circle in [Circle::Everybody, Circle::SomeRoles] {
        let scene = Scene::set(&world, &options, circle, &mut SystemRandom).unwrap();
        for (format, carriage) in cells(&Format::ALL, &scene.carriages) {
            let item = scene.honest(format).unwrap();
            let place = (&scene.room, scene::ALICE, scene.policy.visible_to_roles.as_slice());
            let framed = carriage::wrap(place, carriage, &item, &scene.label()).unwrap();
            let outer = framed.media_type.unwrap();
            let inner = (outer == mimicred_mls::MediaType::MimiContent).then(|| {
                let Part::Single { content_type, content } = MimiContent::decode(&framed.content).unwrap().nested_part.part
                else {
                    panic!("one part is a single part")
                };
                Object::decode(&content_type.parse().unwrap(), &content).unwrap().media_type().to_string()
            });
            names.push((format, carriage, outer.to_string(), inner.unwrap_or_default()));
        }
    }
    names.sort();
    let content = "application/mimi-content";
    let bundle = "application/mimi-disclosure-bundle";
    let sealed = "application/mimi-disclosure-sealed";
    let mut expected = Vec::new();
    for (format, bare) in [
        (Format::SdJwtKb, "application/sd-jwt"),
        (Format::SdKbt, "application/kb+cwt"),
        (Format::MlsCredential, "application/mls-credential;name=x509"),
    ] {
        expected.extend([
            (format, Carriage::Bare, bare.to_owned(), String::new()),
            (format, Carriage::Bundle, bundle.to_owned(), String::new()),
            (format, Carriage::Content, content.to_owned(), bare.to_owned()),
            (format, Carriage::ContentBundle, content.to_owned(), bundle.to_owned()),
            (format, Carriage::Sealed, sealed.to_owned(), String::new()),
        ]);
    }
    assert_eq!(names, expected);
}
