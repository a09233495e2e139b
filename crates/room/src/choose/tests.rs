mod brute;
mod hostile;
mod shortfall;

use mimicred_claims::{Clock, Key, Map, Redaction, RedactionPlan, Value};
use mimicred_jose::json;
use mimicred_keys::SystemRandom;

use super::*;
use crate::evidence::Evidence;
use crate::policy::{DisclosureFormat, RoomDisclosurePolicy};
use crate::testing::*;
use crate::{EpochSnapshot, Snapshots};

/// A person with her provider, in a room.
pub(super) struct Scene {
    pub(super) providers: Vec<Provider>,
    pub(super) person: Person,
    pub(super) world: World,
}

impl Scene {
    /// A room whose rules are these, in TOML, and which takes two providers.
    pub(super) fn new(rules: &str) -> Self {
        Self::with(rules, |_| {})
    }

    pub(super) fn with(rules: &str, change: impl FnOnce(&mut RoomDisclosurePolicy)) -> Self {
        // Both speak for one host: what a person has from two issuers.
        let providers = vec![Provider::new("a.example", 1), Provider::new("b.example", 7)];
        let person = Person::new(&providers[0], 2);
        let mut wanted = RoomDisclosurePolicy::from_toml(&format!(
            "pseudonyms = \"optional\"\nidentity_reveal = \"required\"\nmax_presentation_age = 300\ndisclosure_deadline = 3600\n\
             accepted_formats = [\"mls_credential\", \"sd_jwt_kb\", \"sd_kbt\"]\n{rules}"
        ))
        .unwrap();
        wanted.trusted_issuers = providers.iter().map(|provider| entry(provider, "a.example")).collect();
        change(&mut wanted);
        let trust = providers.iter().map(|provider| provider.trusted_for(&["a.example"])).collect();
        let world = World::new(&wanted, trust, &[&person]);
        Self { providers, person, world }
    }

    fn snapshot(&self) -> &EpochSnapshot {
        Snapshots::current(&self.world.snapshots).unwrap()
    }

    /// An SD-JWT of these claims by one of the providers, with these paths redacted.
    pub(super) fn jwt(&self, provider: usize, claims: &str, redacted: &[&str]) -> Owned {
        let provider = &self.providers[provider];
        let mut map = Map::from_entries(vec![(Key::from("iss"), Value::from(provider.issuer.clone()))]).unwrap();
        let parsed = json::parse(claims, &json::Limits::DEFAULT).unwrap().into_owned();
        for (key, value) in parsed.as_map().unwrap().iter() {
            map.insert(key.clone(), value.clone()).unwrap();
        }
        let plan = RedactionPlan::new(Redaction::Paths(redacted.iter().map(|path| path.parse().unwrap()).collect()));
        let issuer = mimicred_sd_jwt::Issuer::new(provider.key.public());
        let token = issuer.prepare(map, Some(self.person.key.public()), &plan, &mut SystemRandom).unwrap();
        let token = token.sign(&provider.key).unwrap();
        let token = mimicred_sd_jwt::UnverifiedSdJwt::parse(token.as_str()).unwrap();
        Owned::Jwt(Box::new(token.reopen(self.person.key.public(), Clock { now: NOW, leeway: 0 }).unwrap()))
    }

    /// An SD-CWT of these claims by the first provider, with all of them redacted, those inside others too.
    fn cwt(&self, claims: &str) -> Owned {
        let provider = &self.providers[0];
        let mut map = Map::from_entries(vec![(Key::from("iss"), Value::from(provider.issuer.clone()))]).unwrap();
        let parsed = json::parse(claims, &json::Limits::DEFAULT).unwrap().into_owned();
        for (key, value) in parsed.as_map().unwrap().iter() {
            map.insert(key.clone(), value.clone()).unwrap();
        }
        let claims = mimicred_cose::cwt::from_names(map).unwrap();
        let plan = RedactionPlan::new(Redaction::All).with_visible(vec![Key::Int(2)]);
        let issuer = mimicred_sd_cwt::Issuer::new(provider.key.public());
        let token = issuer.prepare(claims, self.person.key.public(), &plan, &mut SystemRandom).unwrap();
        let token = token.sign(&provider.key).unwrap();
        let token = mimicred_sd_cwt::UnverifiedSdCwt::parse(token.as_bytes()).unwrap();
        Owned::Cwt(Box::new(token.reopen(self.person.key.public(), Clock { now: NOW, leeway: 0 }).unwrap()))
    }

    pub(super) fn of(&self, format: DisclosureFormat, said: &Said) -> Owned {
        identity(format, &self.providers[0], self.person.key.public(), said, NOW + YEAR)
    }

    pub(super) fn choose_for(&self, owned: &[&Owned], audience: Audience<'_>) -> Result<Choice, Shortfall> {
        let holdings: Vec<Holding<'_>> = owned.iter().map(|owned| owned.holding()).collect();
        let snapshot = self.snapshot();
        let sender = snapshot.leaf(0).unwrap().member().unwrap();
        let choosing = Choosing { holdings: &holdings, policy: snapshot.policy(), sender, audience };
        let choice = choose(&self.world.context(0), &choosing, NOW)?;
        if !choice.items.is_empty() {
            let prepared = choice.prepare(&self.world.context(0), &holdings, NOW).unwrap();
            prepared.check_for(audience, snapshot.policy(), sender).unwrap();
        }
        Ok(choice)
    }

    pub(super) fn choose(&self, owned: &[&Owned]) -> Result<Choice, Shortfall> {
        self.choose_for(owned, Audience::Room)
    }

    /// What is disclosed of each credential, as text.
    fn disclosed(&self, owned: &[&Owned]) -> Vec<(usize, Vec<String>)> {
        let choice = self.choose(owned).unwrap();
        assert_eq!(choice.effort, Effort::Exhaustive);
        let names = |selection: &Selection| match selection {
            Selection::Paths(paths) => paths.iter().map(ToString::to_string).collect(),
            Selection::All => vec!["all".to_owned()],
            Selection::None => Vec::new(),
        };
        choice.items.iter().map(|item| (item.holding, names(&item.selection))).collect()
    }
}

fn one(names: &[&str]) -> Vec<(usize, Vec<String>)> {
    vec![(0, names.iter().map(|name| (*name).to_owned()).collect())]
}

/// A required rule for a JWT's claim at these paths.
pub(super) fn wants(label: &str, paths: &[&str], more: &str) -> String {
    let paths: Vec<String> = paths.iter().map(|path| format!("{{ jwt = {path} }}")).collect();
    format!("[[claim_rules]]\nclaim_name = \"{label}\"\npaths = [{}]\npresence = \"required\"\n{more}\n", paths.join(", "))
}

const OVER_18: &str = "predicates = [{ op = \"min_age_years\", years = 18 }]";
const BORN: &str = r#"["birthdate"]"#;
const ATTESTED: &str = r#"["age_equal_or_over", "18"]"#;
const YEARS: &str = r#"["age_in_years"]"#;
const AGES: &str =
    r#"{"sub": "x", "birthdate": "1990-05-17", "age_in_years": 36, "age_equal_or_over": {"18": true, "65": false}}"#;
const AGES_HIDDEN: [&str; 4] = ["birthdate", "age_in_years", r#"age_equal_or_over."18""#, r#"age_equal_or_over."65""#];

/// 3.4.2, Holder rule: the first satisfiable path only.
#[test]
fn the_first_path_that_satisfies_is_disclosed() {
    for (paths, disclosed) in [
        (&[ATTESTED, BORN][..], r#"age_equal_or_over."18""#),
        (&[YEARS, ATTESTED], "age_in_years"),
        (&[ATTESTED, YEARS], r#"age_equal_or_over."18""#),
        // A value that does not satisfy is passed over, and so is what is not there.
        (&[r#"["age_equal_or_over", "65"]"#, YEARS], "age_in_years"),
        (&[r#"["age_birth_year"]"#, BORN], "birthdate"),
    ] {
        let scene = Scene::new(&wants("age", paths, OVER_18));
        assert_eq!(scene.disclosed(&[&scene.jwt(0, AGES, &AGES_HIDDEN)]), one(&[disclosed]), "{paths:?}");
    }
}

/// 3.4.2, Holder rule: never a birthdate when an attestation is available, wherever the policy lists it.
#[test]
fn a_birthdate_comes_last() {
    for paths in [&[BORN, ATTESTED][..], &[BORN, YEARS], &[ATTESTED, BORN]] {
        let scene = Scene::new(&wants("age", paths, OVER_18));
        let choice = scene.disclosed(&[&scene.jwt(0, AGES, &AGES_HIDDEN)]);
        assert!(!choice[0].1.contains(&"birthdate".to_owned()), "{paths:?}: {choice:?}");
    }
    // Even if that takes a second credential.
    let scene = Scene::new(&[wants("name", &[r#"["name"]"#], ""), wants("age", &[BORN, ATTESTED], OVER_18)].concat());
    let full = scene.jwt(0, r#"{"sub": "x", "name": "A", "birthdate": "1990-05-17"}"#, &["name", "birthdate"]);
    let attested = scene.jwt(1, r#"{"sub": "x", "age_equal_or_over": {"18": true}}"#, &[r#"age_equal_or_over."18""#]);
    assert_eq!(scene.disclosed(&[&full, &attested]).len(), 2);
    // Where nothing else is, it is taken.
    assert_eq!(scene.disclosed(&[&full]), one(&["birthdate", "name"]));
    // A birthdate that is asked for as such is a claim like others.
    let scene = Scene::new(&wants("born", &[BORN, YEARS], ""));
    assert_eq!(scene.disclosed(&[&scene.jwt(0, AGES, &AGES_HIDDEN)]), one(&["birthdate"]));
}

/// An attestation inside a map that is redacted itself, in an SD-CWT.
#[test]
fn an_attestation_is_found_inside_what_is_redacted() {
    let rules = "[[claim_rules]]\nclaim_name = \"age\"\npresence = \"required\"\n\
                 paths = [{ cwt = [\"age_equal_or_over\", \"18\"] }, { cwt = [182] }]\n\
                 predicates = [{ op = \"min_age_years\", years = 18 }]\n";
    let scene = Scene::new(rules);
    let chosen = scene.disclosed(&[&scene.cwt(AGES)]);
    assert_eq!(chosen, one(&[r#"age_equal_or_over."18""#]));
    // Beside a path of the other format that looks the same.
    let rules = rules.replace("paths = [", "paths = [{ jwt = [\"age_equal_or_over\", \"18\"] }, ");
    let scene = Scene::new(&rules);
    assert_eq!(scene.disclosed(&[&scene.cwt(AGES)]), chosen);
    assert_eq!(scene.disclosed(&[&scene.jwt(0, AGES, &AGES_HIDDEN)]), chosen);
}

/// In every format, beside the other way to write the same claim.
#[test]
fn each_format_is_chosen_from() {
    let rules = "[[claim_rules]]\nclaim_name = \"name\"\npresence = \"required\"\n\
                 paths = [{ jwt = [\"name\"] }, { cwt = [170] }, { x509 = { oid = \"2.5.4.3\" } }]\n";
    let scene = Scene::new(rules);
    let owned = FORMATS.map(|format| scene.of(format, &alice()));
    let [jwt, cwt, x509] = [&owned[0], &owned[1], &owned[2]];
    assert_eq!(scene.disclosed(&[jwt]), one(&["name"]));
    assert_eq!(scene.disclosed(&[cwt]), one(&["170"]));
    assert_eq!(scene.disclosed(&[x509]), one(&["all"]));
    // The policy's order decides between them.
    assert_eq!(scene.disclosed(&[x509, cwt, jwt]), vec![(2, vec!["name".to_owned()])]);
    assert_eq!(scene.disclosed(&[x509, cwt]), vec![(1, vec!["170".to_owned()])]);
    let choice = scene.choose(&[x509, cwt]).unwrap();
    assert_eq!((choice.met[0].claim_name.as_str(), choice.met[0].holding), ("name", 1));
    assert!(matches!(&choice.met[0].path, PolicyPath::Cwt(_)));
}

/// Fewest credentials, then the least of them: with what a disclosure brings along, and what is always visible.
#[test]
fn the_smaller_set_is_taken() {
    let name = r#"["name"]"#;
    let scene = Scene::new(&[wants("name", &[name], ""), wants("email", &[r#"["email"]"#], "")].concat());
    let only = |claims: &str, redacted: &[&str]| scene.jwt(0, claims, redacted);
    let names = only(r#"{"sub": "x", "name": "A"}"#, &["name"]);
    let emails = only(r#"{"sub": "x", "email": "e"}"#, &["email"]);
    let both = only(r#"{"sub": "x", "name": "A", "email": "e", "phone": "1"}"#, &["name", "email", "phone"]);
    assert_eq!(scene.disclosed(&[&names, &emails, &both]), vec![(2, vec!["email".to_owned(), "name".to_owned()])]);
    assert_eq!(scene.disclosed(&[&names, &emails]).len(), 2);
    // Always visible claims are told with it.
    let talkative = only(r#"{"sub": "x", "name": "A", "email": "e", "phone": "1"}"#, &["name", "email"]);
    assert_eq!(scene.disclosed(&[&talkative, &both])[0].0, 1);
    // A parent brings what stands in it in clear.
    let scene = Scene::new(&wants("country", &[r#"["address", "country"]"#], ""));
    let crowded = scene.jwt(0, r#"{"sub": "x", "address": {"country": "DE", "street": "S"}}"#, &["address"]);
    let separate = scene.jwt(
        0,
        r#"{"sub": "x", "address": {"country": "DE", "street": "S"}}"#,
        &["address", "address.country", "address.street"],
    );
    assert_eq!(scene.disclosed(&[&crowded]), one(&["address.country"]));
    // Three claims against two disclosures.
    assert_eq!(scene.disclosed(&[&crowded, &separate]), vec![(1, vec!["address.country".to_owned()])]);
}

/// 3.4.2 point 7: what joins two credentials is disclosed with them, and only then.
#[test]
fn one_subject_is_shown_where_it_joins() {
    let scene = Scene::new(&[wants("name", &[r#"["name"]"#], ""), wants("email", &[r#"["email"]"#], "")].concat());
    let token = |sub: &str, claim: &str| scene.jwt(0, &format!(r#"{{"sub": "{sub}", "{claim}": "v"}}"#), &["sub", claim]);
    let (name, email, stranger) = (token("x", "name"), token("x", "email"), token("y", "email"));
    let joined = scene.disclosed(&[&name, &stranger, &email]);
    assert_eq!(joined, vec![(0, vec!["name".to_owned(), "sub".to_owned()]), (2, vec!["email".to_owned(), "sub".to_owned()])]);
    assert!(matches!(scene.choose(&[&name, &stranger]), Err(Shortfall::MixedSubjects(rules)) if rules.len() == 2));
    let whole = scene.jwt(0, r#"{"sub": "x", "name": "A", "email": "e"}"#, &["sub", "name", "email"]);
    assert_eq!(scene.disclosed(&[&whole]), one(&["email", "name"]));
    // The sender's own URI joins what one issuer says, and no more.
    let own = |provider, claim: &str| {
        scene.jwt(provider, &format!(r#"{{"sub": "{}", "{claim}": "v"}}"#, scene.person.user), &["sub", claim])
    };
    assert!(scene.choose(&[&own(0, "name"), &own(0, "email")]).is_ok());
    assert!(matches!(scene.choose(&[&own(0, "name"), &own(1, "email")]), Err(Shortfall::MixedSubjects(_))));
}

/// What the policy forbids is left out of what it asks for, where that can be done.
#[test]
fn what_is_forbidden_inside_a_claim_stays_hidden() {
    let forbidden =
        "[[claim_rules]]\nclaim_name = \"street\"\npaths = [{ jwt = [\"address\", \"street\"] }]\npresence = \"forbidden\"\n";
    let scene = Scene::new(&[&wants("address", &[r#"["address"]"#], ""), forbidden].concat());
    let claims = r#"{"sub": "x", "address": {"country": "DE", "street": "S", "code": "1"}}"#;
    let inside = ["address", "address.country", "address.street", "address.code"];
    assert_eq!(scene.disclosed(&[&scene.jwt(0, claims, &inside)]), one(&["address.code", "address.country"]));
    // What cannot be taken apart is not shown at all.
    let shortfall = scene.choose(&[&scene.jwt(0, claims, &["address"])]).unwrap_err();
    assert!(shortfall.to_string().contains("would show street, which is forbidden"), "{shortfall}");
}

/// A position in an array stays what it is: the elements before it come along.
#[test]
fn a_position_is_that_of_the_credential() {
    let scene = Scene::new(&wants("second", &[r#"["nationalities", 1]"#], "predicates = [{ op = \"equal\", value = \"FR\" }]"));
    let token = scene.jwt(
        0,
        r#"{"sub": "x", "nationalities": ["DE", "FR", "IT"]}"#,
        &["nationalities[0]", "nationalities[1]", "nationalities[2]"],
    );
    assert_eq!(scene.disclosed(&[&token]), one(&["nationalities[0]", "nationalities[1]"]));
}

/// What only some roles may see is chosen for them, and for nobody else.
#[test]
fn the_audience_limits_what_is_shown() {
    let scene = Scene::new(&wants("name", &[r#"["name"]"#], "visible_to_roles = [3, 4]"));
    let token = scene.jwt(0, r#"{"sub": "x", "name": "A"}"#, &["name"]);
    assert!(scene.choose_for(&[&token], Audience::Roles(&[3])).is_ok());
    for audience in [Audience::Room, Audience::Roles(&[2, 3])] {
        let Err(Shortfall::Unmet(rules)) = scene.choose_for(&[&token], audience) else { panic!() };
        assert_eq!(rules[0].attempts[0].obstacle, Obstacle::ForSomeRoles("name".into()));
    }
    let scene = Scene::with(&wants("name", &[r#"["name"]"#], ""), |policy| policy.visible_to_roles = vec![3]);
    assert_eq!(scene.choose(&[&token]), Err(Shortfall::Audience { roles: vec![3] }));
    assert!(scene.choose_for(&[&token], Audience::Roles(&[3])).is_ok());
}

/// Sometimes more has to be shown: an optional claim that fails in one place and holds in another.
#[test]
fn what_is_wrong_is_mended_by_showing_more() {
    let optional = "[[claim_rules]]\nclaim_name = \"mail\"\npaths = [{ jwt = [\"mail\"] }, { jwt = [\"email\"] }]\n\
                    presence = \"optional\"\npredicates = [{ op = \"equal\", value = \"good\" }]\n";
    let scene = Scene::new(&[&wants("name", &[r#"["name"]"#], ""), optional].concat());
    let token = scene.jwt(0, r#"{"sub": "x", "name": "A", "mail": "bad", "email": "good"}"#, &["name", "email"]);
    assert_eq!(scene.disclosed(&[&token]), one(&["email", "name"]));
    let hopeless = scene.jwt(0, r#"{"sub": "x", "name": "A", "mail": "bad", "email": "worse"}"#, &["name", "email"]);
    let shortfall = scene.choose(&[&hopeless]).unwrap_err();
    assert_eq!(shortfall, Shortfall::Violated { code: VerdictCode::PredicateFailed, note: Some("mail".into()) });
}

/// Nothing is revealed where nothing is asked; where something has to be, the least.
#[test]
fn a_room_that_asks_for_nothing_gets_nothing() {
    let scene = Scene::with("", |policy| policy.identity_reveal = crate::policy::Optionality::Optional);
    let token = scene.jwt(0, r#"{"sub": "x", "name": "A"}"#, &["name"]);
    assert_eq!(scene.choose(&[&token]).unwrap().items, []);
    let scene = Scene::new("");
    let talkative = scene.jwt(0, r#"{"sub": "x", "name": "A"}"#, &[]);
    let items = scene.choose(&[&talkative, &token]).unwrap().items;
    assert_eq!(items, [ChosenItem { holding: 1, selection: Selection::None }]);
}
