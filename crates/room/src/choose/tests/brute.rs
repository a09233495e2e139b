//! The choice against all subsets of all disclosures of all credentials.

use std::collections::BTreeSet;

use mimicred_claims::Day;
use proptest::prelude::*;

use super::*;
use crate::evaluate::Member;
use crate::policy::{ClaimPredicate, ClaimRule, CwtPath, JwtPath, Optionality, PolicyScalar, X509Path};

/// How small a set is, counted by hand: birthdates, ranks, credentials, weight.
type Size = (usize, Vec<usize>, usize, usize);

/// What a token may have redacted.
const HIDDEN: [&str; 5] = ["name", "email", "birthdate", "age_in_years", "sub"];

/// At most three at a time, so that all subsets can be tried.
const MASKS: [usize; 10] = [0b00111, 0b01011, 0b10011, 0b11010, 0b10101, 0b01101, 0b11001, 0b10001, 0b00011, 0];

#[derive(Clone, Debug)]
struct Made {
    format: usize,
    provider: usize,
    said: Vec<(&'static str, &'static str)>,
    hidden: usize,
}

/// Values are JSON.
fn made() -> impl Strategy<Value = Made> {
    let said = (
        prop::option::weighted(0.6, prop::sample::select(vec!["\"A\"", "\"A\"", "\"A\"", "\"B\""])),
        prop::option::weighted(0.6, prop::sample::select(vec!["\"a@a.example\"", "\"a@a.example\"", "\"b@b.example\""])),
        prop::option::weighted(0.6, prop::sample::select(vec!["\"1990-05-17\"", "\"1990-05-17\"", "\"2020-01-01\""])),
        prop::option::weighted(0.3, prop::sample::select(vec!["36", "36", "6"])),
        prop::sample::select(vec!["\"x\"", "\"x\"", "\"x\"", "\"y\"", "\"mimi://a.example/p/person2\""]),
    );
    (0..5_usize, 0..2_usize, said, prop::sample::select(MASKS.to_vec())).prop_map(|(format, provider, said, hidden)| {
        let (name, email, birthdate, years, sub) = said;
        let said = [("name", name), ("email", email), ("birthdate", birthdate), ("age_in_years", years), ("sub", Some(sub))];
        Made { format, provider, said: said.into_iter().filter_map(|(key, value)| Some((key, value?))).collect(), hidden }
    })
}

fn own(scene: &Scene, made: &Made) -> Owned {
    let text = |value: &&str| Value::from(value.trim_matches('"').to_owned());
    match made.format {
        // JWTs hide whatever they like; the others are made as everywhere in these tests.
        0..3 => {
            let claims: Vec<String> = made.said.iter().map(|(key, value)| format!("\"{key}\": {value}")).collect();
            let hidden = HIDDEN
                .iter()
                .enumerate()
                .filter(|(n, name)| made.hidden >> n & 1 == 1 && made.said.iter().any(|(key, _)| key == *name));
            let hidden: Vec<&str> = hidden.map(|(_, name)| *name).collect();
            scene.jwt(made.provider, &format!("{{{}}}", claims.join(", ")), &hidden)
        }
        format => {
            let said: Said =
                made.said.iter().filter(|(key, _)| *key != "age_in_years").map(|(key, value)| (*key, text(value))).collect();
            // A certificate has to say something.
            let is_empty = !said.iter().any(|(key, _)| ["name", "email"].contains(key));
            let format = if format == 3 || is_empty { DisclosureFormat::SdKbt } else { DisclosureFormat::MlsCredential };
            identity(format, &scene.providers[made.provider], scene.person.key.public(), &said, NOW + YEAR)
        }
    }
}

fn jwt(name: &str) -> PolicyPath {
    PolicyPath::Jwt(JwtPath::of_names(&[name]).unwrap())
}

fn cwt(key: i128) -> PolicyPath {
    PolicyPath::Cwt(CwtPath::of_keys(&[Key::Int(key)]).unwrap())
}

fn x509(oid: &str, general_name_tag: Option<u8>) -> PolicyPath {
    PolicyPath::X509(X509Path { oid: oid.parse().unwrap(), general_name_tag })
}

fn rule(label: &'static str, paths: Vec<PolicyPath>) -> impl Strategy<Value = Option<ClaimRule>> {
    let count = paths.len();
    let presence = prop::sample::select(vec![
        Optionality::Required,
        Optionality::Required,
        Optionality::Required,
        Optionality::Required,
        Optionality::Required,
        Optionality::Required,
        Optionality::Optional,
        Optionality::Optional,
        Optionality::Forbidden,
    ]);
    (Just(paths).prop_shuffle(), (count / 2)..=count, presence, 0..4_usize, 0..16_usize).prop_map(
        move |(mut paths, kept, presence, test, roles)| {
            paths.truncate(kept);
            let predicate = match (label, test) {
                (_, 0) => None,
                ("age", _) => Some(ClaimPredicate::MinAgeYears(18)),
                ("email", 1) => Some(ClaimPredicate::HostEqual(PolicyScalar::text("a.example"))),
                ("name", 1) => Some(ClaimPredicate::Equal(PolicyScalar::text("A"))),
                _ => None,
            };
            let predicates = predicate.filter(|_| presence != Optionality::Forbidden).into_iter().collect();
            let visible_to_roles = if roles == 0 { vec![3] } else { Vec::new() };
            Some(ClaimRule { claim_name: label.to_owned(), paths, presence, predicates, visible_to_roles })
        },
    )
}

/// A policy, and what its first issuer may vouch for.
fn asked() -> impl Strategy<Value = (RoomDisclosurePolicy, Vec<String>)> {
    let name = vec![jwt("name"), cwt(170), x509("2.5.4.3", None), jwt("nickname")];
    let email = vec![jwt("email"), cwt(179), x509("2.5.29.17", Some(1)), jwt("name")];
    let age = vec![jwt("birthdate"), cwt(182), jwt("age_in_years")];
    let some = |label: &'static str, paths| prop_oneof![1 => Just(None), 4 => rule(label, paths)];
    let rules = (some("name", name), some("email", email), some("age", age));
    let issuers = prop::sample::select(vec![vec![], vec![], vec![], vec![], vec![], vec!["name"], vec!["email", "age"]]);
    (rules, 0..8_usize, 0..12_usize, issuers).prop_map(|((name, email, age), unlisted, formats, issuers)| {
        let mut policy = policy(&[]);
        policy.claim_rules = [name, email, age].into_iter().flatten().collect();
        policy.unlisted_claims = if unlisted == 0 { Optionality::Forbidden } else { Optionality::Optional };
        if formats < 3 {
            policy.accepted_formats.remove(formats);
        }
        let mut vouches_for: Vec<String> = issuers.iter().map(|name| (*name).to_owned()).collect();
        if !issuers.is_empty() {
            vouches_for.push("leaf".to_owned());
        }
        (policy, vouches_for)
    })
}

/// Counts a set that satisfies the policy; nothing for one that does not.
fn size(
    prepared: &PreparedBundle,
    owned: &[&Owned],
    policy: &RoomDisclosurePolicy,
    sender: &Member,
    audience: Audience<'_>,
) -> Option<Size> {
    prepared.check_for(audience, &PolicyState::of_policy(policy.clone()), sender).ok()?;
    let shown: Vec<&Evidence> = prepared.shown().collect();
    let vouched = |n: usize, label: &str| {
        let (issuer, format) = (prepared.parts().nth(n).unwrap().1.to_owned(), shown[n].format());
        policy
            .trusted_issuers
            .iter()
            .any(|entry| (format == DisclosureFormat::MlsCredential || entry.issuer == issuer) && entry.vouches_for(label))
    };
    let hidden: usize = prepared.revealed().map(<[ClaimPath]>::len).sum();
    let visible: usize = owned
        .iter()
        .map(|owned| {
            let context = prepared.context().clone();
            let mut alone = PreparedBundle::new(context);
            alone.add(owned.holding(), &Selection::None, NOW).unwrap();
            alone.shown().map(|shown| shown.subject_claims().len()).sum::<usize>()
        })
        .sum();
    // The rules are met within one token, or within one subject.
    let bonds = (0..shown.len())
        .flat_map(|n| [BTreeSet::from([n]), (0..shown.len()).filter(|m| joined(prepared, sender, n, *m)).collect()]);
    let ranked = bonds.filter_map(|bond: BTreeSet<usize>| {
        let (mut birthdates, mut ranks) = (0, Vec::new());
        for rule in policy.claim_rules.iter().filter(|rule| rule.presence == Optionality::Required) {
            let ways = bond.iter().filter(|n| vouched(**n, &rule.claim_name)).flat_map(|n| {
                rule.paths.iter().enumerate().filter(|(_, path)| {
                    let mut values = shown[*n].at(path).into_iter();
                    let predicates: Vec<_> = rule.predicates.iter().map(|it| it.predicate()).collect();
                    values.any(|found| predicates.iter().all(|it| it.holds(&found.path, &found.value, Day::of(NOW))))
                })
            });
            let is_birthdate = |path: &PolicyPath| !rule.predicates.is_empty() && *path != jwt("age_in_years");
            let best = ways.map(|(rank, path)| (usize::from(rule.claim_name == "age" && is_birthdate(path)), rank)).min()?;
            birthdates += best.0;
            ranks.push(best.1);
        }
        Some((birthdates, ranks))
    });
    let (birthdates, ranks) = if shown.is_empty() { (0, Vec::new()) } else { ranked.min()? };
    Some((birthdates, ranks, shown.len(), hidden + visible))
}

fn joined(prepared: &PreparedBundle, sender: &Member, n: usize, m: usize) -> bool {
    let subject = |n: usize| prepared.shown().nth(n).and_then(Evidence::subject).map(str::to_owned);
    let issuer = |n: usize| prepared.parts().nth(n).map(|part| part.1.to_owned());
    let own = subject(n).as_deref() == Some(sender.user.as_str());
    n == m || subject(n).is_some() && subject(n) == subject(m) && (!own || issuer(n) == issuer(m))
}

/// The disclosures of a credential, one by one.
fn disclosures(owned: &Owned) -> Vec<ClaimPath> {
    let disclosed = match owned {
        Owned::Jwt(held) => held.disclosed(),
        Owned::Cwt(held) => held.disclosed(),
        Owned::X509(..) => &[],
    };
    disclosed.iter().map(|disclosure| disclosure.path.clone()).collect()
}

fn smallest(scene: &Scene, owned: &[&Owned], policy: &RoomDisclosurePolicy, audience: Audience<'_>) -> Option<Size> {
    let sender = scene.snapshot().leaf(0).unwrap().member().unwrap();
    let parts: Vec<Vec<ClaimPath>> = owned.iter().map(|owned| disclosures(owned)).collect();
    // For each credential: left out, or with a subset of its disclosures.
    let counts: Vec<usize> = parts.iter().map(|parts| 1 + (1 << parts.len())).collect();
    let mut best: Option<Size> = None;
    for number in 0..counts.iter().product() {
        let (mut number, mut taken, mut prepared): (usize, Vec<&Owned>, _) =
            (number, Vec::new(), PreparedBundle::new(scene.world.context(0)));
        for ((held, parts), count) in owned.iter().zip(&parts).zip(&counts) {
            let subset = number % count;
            number /= count;
            if let Some(subset) = subset.checked_sub(1) {
                let paths = parts.iter().enumerate().filter(|(n, _)| subset >> n & 1 == 1).map(|(_, path)| path.clone());
                prepared.add(held.holding(), &Selection::Paths(paths.collect()), NOW).unwrap();
                taken.push(held);
            }
        }
        best = best.into_iter().chain(size(&prepared, &taken, policy, sender, audience)).min();
    }
    best
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_smaller_set_satisfies(made in prop::collection::vec(made(), 0..4), (wanted, vouches_for) in asked(), roles in 0..3_usize) {
        let scene = Scene::with("", |policy| {
            let mut issuers = std::mem::take(&mut policy.trusted_issuers);
            issuers[0].claim_names = vouches_for;
            *policy = RoomDisclosurePolicy { trusted_issuers: issuers, ..wanted };
        });
        let wanted = scene.snapshot().policy().known().unwrap().clone();
        let audience = if roles == 0 { Audience::Roles(&[3]) } else { Audience::Room };
        let owned: Vec<Owned> = made.iter().map(|made| own(&scene, made)).collect();
        let owned: Vec<&Owned> = owned.iter().collect();
        let expected = smallest(&scene, &owned, &wanted, audience);
        match scene.choose_for(&owned, audience) {
            Ok(choice) => {
                let holdings: Vec<Holding<'_>> = owned.iter().map(|owned| owned.holding()).collect();
                let prepared = choice.prepare(&scene.world.context(0), &holdings, NOW).unwrap();
                let taken: Vec<&Owned> = choice.items.iter().map(|item| owned[item.holding]).collect();
                let sender = scene.snapshot().leaf(0).unwrap().member().unwrap();
                prop_assert_eq!(size(&prepared, &taken, &wanted, sender, audience), expected, "{:?}", choice);
                prop_assert_eq!(choice.effort, Effort::Exhaustive);
            }
            Err(shortfall) => prop_assert_eq!(expected, None, "{}", shortfall),
        }
    }
}
