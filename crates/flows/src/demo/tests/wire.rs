//! What the servers see.

use std::collections::HashSet;

use super::*;

const WINDOW: usize = 16;

/// The forms in which a text could leak.
fn spellings(text: &str) -> Vec<Vec<u8>> {
    let octets = text.as_bytes();
    let hex = |upper: bool| {
        octets.iter().map(|octet| if upper { format!("{octet:02X}") } else { format!("{octet:02x}") }).collect::<String>()
    };
    let utf16 =
        |big: bool| text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect();
    // Whatever stands before it: the inner characters of base64url at each of the three offsets.
    let encoded = (0..3).map(|offset| {
        let padded = [vec![0; offset], octets.to_vec()].concat();
        let encoded = mimicred_jose::base64url::encode(&padded);
        encoded.as_bytes()[offset + 2..encoded.len() - 2].to_vec()
    });
    let mut spellings = vec![octets.to_vec(), hex(false).into_bytes(), hex(true).into_bytes(), utf16(false), utf16(true)];
    spellings.extend(encoded);
    // Shorter ones are found in ciphertext now and then.
    spellings.retain(|needle| needle.len() >= 5);
    spellings
}

fn texts(value: &Value<'_>, found: &mut Vec<String>) {
    match value {
        Value::Text(text) if text.len() > 4 => found.push(text.to_string()),
        Value::Map(map) => map.iter().for_each(|(_, value)| texts(value, found)),
        Value::Array(elements) => elements.iter().for_each(|value| texts(value, found)),
        _ => {}
    }
}

/// What crosses the hub holds no claim about Alice, in no spelling, and no 16 octets that are particular to her identity
/// credentials.
#[test]
fn the_servers_see_nothing_of_what_was_revealed() {
    let options = Options::builtin(now()).unwrap();
    let world = world(Algorithm::Ed25519);
    for (circle, carriages) in [(Circle::Everybody, 4), (Circle::SomeRoles, 1)] {
        let mut scene = Scene::set(&world, &options, circle, &mut SystemRandom).unwrap();
        for (format, carriage) in cells(&Format::ALL, &scene.carriages.clone()) {
            assert!(scene.reveal(format, carriage).unwrap().as_expected);
        }
        let messages = 3 * carriages;
        assert_eq!(scene.room.wire().len(), 3 + 2 + messages, "three KeyPackages, a commit, a Welcome, and the messages");
        shows_nothing(&options, &scene);
    }
}

fn shows_nothing(options: &Options<'_>, scene: &Scene<'_>) {
    let wire = scene.room.wire();

    let mut claims = Vec::new();
    texts(&Value::Map(options.claims.clone()), &mut claims);
    assert!(claims.len() > 5);
    for claim in &claims {
        for needle in spellings(claim) {
            let found = wire.iter().position(|octets| octets.windows(needle.len()).any(|window| window == needle));
            assert_eq!(found, None, "{claim} crosses the hub");
        }
    }

    // What the pseudonym certificate, the CA and the leaf key show anyway proves nothing, nor does a window that is mostly of it:
    // one random octet beside a template is soon found again.
    let public = [
        scene.alice.leaf.pseudonym.certificate.as_der(),
        scene.world.home.ca_certificate().as_der(),
        scene.alice.leaf.key.public().octets(),
    ];
    let public: HashSet<&[u8]> = public.iter().flat_map(|octets| octets.windows(WINDOW / 2)).collect();
    let is_hers = |window: &&[u8]| !window.windows(WINDOW / 2).any(|part| public.contains(part));
    let tokens = &scene.alice.tokens;
    let secret = [tokens.sd_jwt.as_bytes(), &tokens.sd_cwt, tokens.chain[0].as_der()];
    for credential in secret {
        assert!(credential.windows(WINDOW).filter(is_hers).count() > 50);
    }
    let secret: HashSet<&[u8]> = secret.iter().flat_map(|octets| octets.windows(WINDOW)).filter(is_hers).collect();
    assert!(secret.len() > 1000);
    let finds = |octets: &[u8]| octets.windows(WINDOW).any(|window| secret.contains(window));
    assert!(finds(tokens.sd_jwt.as_bytes()) && finds(&tokens.sd_cwt) && finds(tokens.chain[0].as_der()), "the search works");
    assert!(!wire.iter().any(|octets| finds(octets)), "part of an identity credential crosses the hub");
}
