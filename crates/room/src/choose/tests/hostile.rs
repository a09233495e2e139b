//! Policies made to be hard: what comes back is valid, or an honest refusal, and it comes back soon.

use std::time::{Duration, Instant};

use super::*;

/// Far more than it takes, on a slow machine without optimisation.
const SOON: Duration = Duration::from_secs(120);

fn token(scene: &Scene, claims: &[usize], more: &str) -> Owned {
    let said: Vec<String> = claims.iter().map(|n| format!(r#", "c{n}": {n}"#)).collect();
    let redacted: Vec<String> = claims.iter().map(|n| format!("c{n}")).collect();
    let redacted: Vec<&str> = redacted.iter().map(String::as_str).collect();
    scene.jwt(0, &format!(r#"{{"sub": "x"{more}{}}}"#, said.concat()), &redacted)
}

fn rules(count: usize) -> String {
    (0..count).map(|n| wants(&format!("r{n}"), &[&format!(r#"["c{n}"]"#)], "")).collect()
}

/// Covering many claims by few credentials is hard; a set that is not the smallest is still valid.
#[test]
fn many_credentials_for_many_rules() {
    let started = Instant::now();
    let scene = Scene::new(&rules(60));
    // Each has about half of the claims, and every claim is in about half of them.
    let tokens: Vec<Owned> = (0..14_usize)
        .map(|t| {
            let claims: Vec<usize> = (0..60_usize).filter(|n| (n * 7 + t * n + t * t * 3) % 5 < 2).collect();
            token(&scene, &claims, "")
        })
        .collect();
    let owned: Vec<&Owned> = tokens.iter().collect();
    // That it satisfies the policy is checked in there.
    let choice = scene.choose(&owned).unwrap();
    assert_eq!(choice.met.len(), 60);
    assert!(started.elapsed() < SOON);
}

/// Every set breaks a rule, and there are 2^40 of them.
#[test]
fn a_policy_that_nothing_satisfies_in_many_ways() {
    let started = Instant::now();
    let paths = |n: usize| wants(&format!("r{n}"), &[&format!(r#"["c{n}"]"#), &format!(r#"["c{}"]"#, n + 40)], "");
    let optional = "[[claim_rules]]\nclaim_name = \"rank\"\npaths = [{ jwt = [\"rank\"] }]\npresence = \"optional\"\n\
                    predicates = [{ op = \"equal\", value = 1 }]\n";
    let scene = Scene::new(&[(0..40).map(paths).collect::<String>(), optional.to_owned()].concat());
    let token = token(&scene, &(0..80).collect::<Vec<_>>(), r#", "rank": 2"#);
    assert_eq!(scene.choose(&[&token]), Err(Shortfall::Undecided));
    assert!(started.elapsed() < SOON);
}

/// As many rules as a policy can have, each with several paths.
#[test]
fn the_largest_policy() {
    let started = Instant::now();
    let paths = |n: usize| wants(&format!("r{n}"), &[r#"["none"]"#, &format!(r#"["c{}"]"#, n % 100), r#"["c0"]"#], "");
    let scene = Scene::new(&(0..1024).map(paths).collect::<String>());
    let tokens = [0, 1, 2].map(|_| token(&scene, &(0..100).collect::<Vec<_>>(), ""));
    let choice = scene.choose(&tokens.iter().collect::<Vec<_>>()).unwrap();
    assert_eq!((choice.items.len(), choice.met.len()), (1, 1024));
    assert!(started.elapsed() < SOON);
}
