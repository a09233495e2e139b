//! sd-cwt with cose2: SD-CWT and KBT, each role played by either side.
//!
//! The peer signs and verifies through traits, here with OpenSSL behind them, and leaves the KBT to the application: [`they_present`]
//! and [`they_verify`] are what an application would write from its parts. Its own hash of a disclosure leaves out the head of the
//! byte string, as figures 7 to 9 of draft -08 do by mistake; no token with redactions can pass between it and the draft's signed
//! examples, or us. It takes other hashes though, and with [`HeadIncluded`] put there both sides understand each other.
#![cfg(test)]

use cbor2::Value as Cbor;
use cose2::{Error as TheirError, Label, Sign1Message};
use mimicred_claims::{Clock, Limits, Map, Redaction, RedactionPlan, Selection};
use mimicred_cose::cbor::{self, Dialect};
use mimicred_keys::{Algorithm, IssuerKey, LeafKey, PublicKey, SystemRandom};
use mimicred_peers::{OpenSslKey, verify_fixed};
use mimicred_sd_cwt::{
    AcceptExpectations, Binding, Code, Expectations, Held, Issuer, KeyBinding, Nonce, TrustedIssuer, UnverifiedPresentation,
};
use sd_cwt_peer::{
    Disclosure, DisclosureKind, ProcessingLimits, RedactionHasher, RestoreMode, RestoreReport, SdCwtValidationOptions,
    Sha256RedactionHasher, TO_BE_DECOY_TAG, TO_BE_REDACTED_TAG, disclosures_from_unprotected, issue_from_preissuance,
    redacted_claim_keys_label, restore_payload_with_disclosures, set_disclosures, set_kb_cwt_typ, set_sd_alg, set_sd_cwt_typ,
    verify_and_decode_sd_cwt, verify_validate_and_restore_sd_cwt,
};

const ISSUER: &str = "https://id.a.example";
const SUBJECT: &str = "mimi://a.example/p/crazykoala75";
const ROOM: &str = "mimi://hub.example/r/clubhouse";
const NONCE: &[u8] = b"\x00\x01nonce of the room";
const NOW: i64 = 1_790_000_000;
const CLOCK: Clock = Clock { now: NOW, leeway: 0 };

macro_rules! map {
    ($($key:expr => $value:expr),* $(,)?) => { Cbor::Map(vec![$((Cbor::from($key), Cbor::from($value))),*]) };
}

macro_rules! array {
    ($($value:expr),* $(,)?) => { Cbor::Array(vec![$(Cbor::from($value)),*]) };
}

/// The identifiers of RFC 9864, spelled here and not taken from our own table.
fn id(algorithm: Algorithm) -> i64 {
    match algorithm {
        Algorithm::Ed25519 => -19,
        Algorithm::P256 => -9,
        Algorithm::P384 => -51,
        Algorithm::P521 => -52,
    }
}

/// The Redacted Claim Hash as the signed examples have it (CWT-I-009): over the encoded byte string, here encoded by the peer.
struct HeadIncluded;

impl RedactionHasher for HeadIncluded {
    fn algorithm(&self) -> i64 {
        Sha256RedactionHasher.algorithm()
    }

    fn digest(&self, content: &[u8]) -> Vec<u8> {
        Sha256RedactionHasher.digest(&cbor2::to_vec(&Cbor::Bytes(content.to_vec())).unwrap())
    }
}

struct Signer<'k> {
    key: &'k OpenSslKey,
    id: i64,
}

impl cose2::Signer for Signer<'_> {
    fn alg(&self) -> Option<Label> {
        Some(self.id.into())
    }

    fn sign(&self, data: &[u8]) -> Result<Vec<u8>, TheirError> {
        self.key.sign_fixed(data).map_err(|e| TheirError::custom(e.to_string()))
    }
}

struct Verifier {
    key: PublicKey,
}

impl cose2::Verifier for Verifier {
    fn alg(&self) -> Option<Label> {
        Some(id(self.key.algorithm()).into())
    }

    fn verify(&self, data: &[u8], signature: &[u8]) -> Result<(), TheirError> {
        match verify_fixed(&self.key, data, signature) {
            Ok(true) => Ok(()),
            _ => Err(TheirError::verify("OpenSSL refuses the signature")),
        }
    }
}

/// Issuer and Holder, each with a key that both sides can use.
struct Cast {
    issuer: OpenSslKey,
    holder: OpenSslKey,
}

impl Cast {
    fn new(issuer: Algorithm, holder: Algorithm) -> Self {
        Self { issuer: OpenSslKey::generate(issuer).unwrap(), holder: OpenSslKey::generate(holder).unwrap() }
    }

    /// Both algorithms that the room's members use, in every combination.
    fn all() -> Vec<Self> {
        const BOTH: [Algorithm; 2] = [Algorithm::Ed25519, Algorithm::P256];
        BOTH.into_iter().flat_map(|issuer| BOTH.map(|holder| Self::new(issuer, holder))).collect()
    }

    fn trusted(&self) -> [TrustedIssuer; 1] {
        [TrustedIssuer { issuer: ISSUER.to_owned(), key: self.issuer.public().unwrap() }]
    }
}

/// Map keys may come in any order; with them sorted, equal claims have equal octets.
fn sorted(claims: &Cbor) -> Vec<u8> {
    cbor2::to_canonical_vec(claims).unwrap()
}

/// Claims as the peer has them, in our hands.
fn ours(claims: &Cbor) -> Map<'static> {
    let octets = sorted(claims);
    let value = cbor::parse(&octets, Dialect::Plain, &cbor::Limits::DEFAULT).unwrap().into_owned();
    value.as_map().unwrap().clone()
}

/// Verified claims of ours as the peer would have them.
fn theirs(claims: &Map<'_>) -> Cbor {
    cbor2::from_slice(&cbor::write(&mimicred_claims::Value::Map(claims.clone())).unwrap()).unwrap()
}

fn entries(map: &Cbor) -> &[(Cbor, Cbor)] {
    match map {
        Cbor::Map(entries) => entries,
        other => panic!("a map, not {other:?}"),
    }
}

fn get(map: &Cbor, key: i64) -> Option<&Cbor> {
    entries(map).iter().find(|(known, _)| *known == Cbor::from(key)).map(|(_, value)| value)
}

/// The claims with the confirmation key, which the Issuer adds, taken out.
fn without_cnf(claims: &Cbor) -> Cbor {
    assert!(get(claims, 8).is_some(), "there is a confirmation key");
    Cbor::Map(entries(claims).iter().filter(|(key, _)| *key != Cbor::from(8)).cloned().collect())
}

fn claims() -> Cbor {
    map! {
        1 => ISSUER,
        2 => SUBJECT,
        4 => NOW + 86_400,
        6 => NOW - 60,
        170 => "Zoë Müller",
        179 => "zoe@a.example",
        180 => true,
        188 => -12.5,
        "height" => 1.1,
        "photo" => Cbor::Bytes(vec![0xff; 300]),
        "nothing" => Cbor::Null,
        "born" => Cbor::Tag(1, Box::new(Cbor::from(500_000_000))),
        "address" => map! { "country" => "DE", "locality" => "Köln", "lines" => array!["Hof 1", "Hinterhaus"] },
        "nationalities" => array!["DE", "FR", "CH"],
        "cars" => array![map! { "make" => "Lada", "year" => 1984 }, map! { "make" => "Trabant" }],
    }
}

/// What the Holder shows: a whole claim, one member of a map, some elements of an array, one member of an element's map.
fn our_choice() -> Selection {
    let paths = ["179", "address.country", "nationalities[0]", "nationalities[2]", "cars[0].make"];
    Selection::Paths(paths.iter().map(|path| path.parse().unwrap()).collect())
}

/// The same in terms of disclosures.
fn their_choice(disclosure: &Disclosure) -> bool {
    match disclosure.kind() {
        DisclosureKind::Claim { key: Label::Int(key), .. } => *key == 179,
        DisclosureKind::Claim { key: Label::Text(key), value, .. } => match key.as_str() {
            "address" | "country" | "nationalities" | "cars" => true,
            "make" => *value == Cbor::from("Lada"),
            _ => false,
        },
        // The first car is the map with two redacted claims.
        DisclosureKind::Element { value, .. } => match value {
            Cbor::Text(text) => text == "DE" || text == "CH",
            Cbor::Map(entries) => matches!(entries.as_slice(), [(_, Cbor::Array(digests))] if digests.len() == 2),
            _ => false,
        },
        DisclosureKind::Decoy { .. } => false,
    }
}

fn chosen_claims() -> Cbor {
    map! {
        1 => ISSUER,
        4 => NOW + 86_400,
        6 => NOW - 60,
        179 => "zoe@a.example",
        "address" => map! { "country" => "DE" },
        "nationalities" => array!["DE", "CH"],
        "cars" => array![map! { "make" => "Lada" }],
    }
}

/// The draft's input to issuance: every claim and element marked for redaction that may be, and a decoy.
fn everything_marked(claims: &Cbor) -> Cbor {
    fn marked(value: &Cbor) -> Cbor {
        Cbor::Tag(TO_BE_REDACTED_TAG, Box::new(value.clone()))
    }
    fn below(value: &Cbor) -> Cbor {
        match value {
            Cbor::Map(entries) => Cbor::Map(entries.iter().map(|(key, value)| (marked(key), below(value))).collect()),
            Cbor::Array(elements) => Cbor::Array(elements.iter().map(|element| marked(&below(element))).collect()),
            other => other.clone(),
        }
    }
    let stays = |key: &Cbor| [1, 3, 4, 5, 6, 7, 8, 39].iter().any(|never| *key == Cbor::from(*never));
    let mark = |(key, value): &(Cbor, Cbor)| {
        if stays(key) { (key.clone(), value.clone()) } else { (marked(key), below(value)) }
    };
    let decoy = (Cbor::Tag(TO_BE_DECOY_TAG, Box::new(Cbor::from(1))), Cbor::Null);
    Cbor::Map(entries(claims).iter().map(mark).chain([decoy]).collect())
}

fn we_issue(cast: &Cast, claims: &Cbor, plan: &RedactionPlan) -> Vec<u8> {
    let key = IssuerKey::new(cast.issuer.secret().unwrap());
    let holder = cast.holder.public().unwrap();
    let prepared = Issuer::new(key.public()).prepare(ours(claims), &holder, plan, &mut SystemRandom).unwrap();
    prepared.sign(&key).unwrap().into_bytes()
}

/// `cnf` with the key as OpenSSL gives it.
fn their_cnf(key: &OpenSslKey) -> Cbor {
    let spki = key.pkey().public_key_to_der().unwrap();
    let algorithm = key.public().unwrap().algorithm();
    let length = algorithm.coordinate_len();
    let (_, point) = spki.split_at(spki.len() - algorithm.public_len());
    let cose_key = match algorithm {
        Algorithm::Ed25519 => map! { 1 => 1, -1 => 6, -2 => Cbor::Bytes(point.to_vec()) },
        _ => {
            let (x, y) = point[1..].split_at(length);
            map! { 1 => 2, -1 => 1, -2 => Cbor::Bytes(x.to_vec()), -3 => Cbor::Bytes(y.to_vec()) }
        }
    };
    map! { 1 => cose_key }
}

fn they_sign(cast: &Cast, payload: &Cbor, disclosures: &[Disclosure], alg: i64) -> Vec<u8> {
    let mut message = Sign1Message::new(Some(cbor2::to_vec(payload).unwrap()));
    set_sd_cwt_typ(&mut message.protected);
    set_sd_alg(&mut message.protected, Sha256RedactionHasher.algorithm());
    set_disclosures(&mut message.unprotected, disclosures);
    message.sign_and_encode(&Signer { key: &cast.issuer, id: alg }, None).unwrap()
}

fn with_cnf(claims: &Cbor, holder: &OpenSslKey) -> Cbor {
    let cnf = (Cbor::from(8), their_cnf(holder));
    Cbor::Map(entries(claims).iter().cloned().chain([cnf]).collect())
}

fn they_issue(cast: &Cast, preissued: &Cbor) -> Vec<u8> {
    they_issue_with(cast, preissued, &HeadIncluded)
}

fn they_issue_with(cast: &Cast, preissued: &Cbor, hasher: &dyn RedactionHasher) -> Vec<u8> {
    let mut counter = 0_u8;
    let mut salts = move || {
        counter += 1;
        [counter; 16]
    };
    let issued = issue_from_preissuance(with_cnf(preissued, &cast.holder), &mut salts, hasher).unwrap();
    they_sign(cast, &issued.value, issued.disclosures.as_slice(), id(cast.issuer.public().unwrap().algorithm()))
}

fn we_present(cast: &Cast, token: &[u8], selection: &Selection) -> Vec<u8> {
    let (trusted, key) = (cast.trusted(), LeafKey::new(cast.holder.secret().unwrap()).unwrap());
    let expected = AcceptExpectations { issuers: &trusted, confirmation_key: key.public(), clock: CLOCK };
    let held = Held::accept(token, &expected).unwrap();
    let binding = Binding { audience: ROOM, nonce: Some(NONCE), issued_at: NOW };
    held.prepare(selection, &binding).unwrap().sign(&key).unwrap().as_bytes().to_vec()
}

fn they_present(cast: &Cast, token: &[u8], choose: impl Fn(&Disclosure) -> bool) -> Vec<u8> {
    let mut token = Sign1Message::from_slice(token).unwrap();
    let mut chosen = disclosures_from_unprotected(&token.unprotected).unwrap();
    chosen.retain(choose);
    set_disclosures(&mut token.unprotected, &chosen);
    they_bind(cast, &token)
}

/// The KBT around a token.
fn they_bind(cast: &Cast, token: &Sign1Message) -> Vec<u8> {
    let kcwt: Cbor = cbor2::from_slice(&token.to_vec().unwrap()).unwrap();
    let payload = map! { 3 => ROOM, 6 => NOW, 39 => Cbor::Bytes(NONCE.to_vec()) };
    let mut kbt = Sign1Message::new(Some(cbor2::to_vec(&payload).unwrap()));
    set_kb_cwt_typ(&mut kbt.protected);
    kbt.protected.insert(sd_cwt_peer::HEADER_KCWT, kcwt);
    let id = id(cast.holder.public().unwrap().algorithm());
    kbt.sign_and_encode(&Signer { key: &cast.holder, id }, None).unwrap()
}

/// All that is verified, but for the confirmation key.
fn we_verify(cast: &Cast, presentation: &[u8]) -> Result<Cbor, Code> {
    let trusted = cast.trusted();
    let received = UnverifiedPresentation::parse(presentation).map_err(|e| e.code())?;
    let expected = Expectations {
        issuers: &trusted,
        audience_of_token: None,
        key_binding: KeyBinding::Required { audience: ROOM, nonce: Nonce::Exactly(NONCE), max_age: Some(60) },
        clock: CLOCK,
        limits: Limits::DEFAULT,
    };
    let verified = received.verify(&expected).map_err(|e| e.code())?;
    let key = verified.confirmation_key().unwrap();
    assert_eq!(key.to_spki_der(), cast.holder.pkey().public_key_to_der().unwrap());
    Ok(without_cnf(&theirs(verified.claims())))
}

/// The Issuer's signature over the octets of a token, and the claims put together.
fn they_restore(cast: &Cast, token: &[u8], mode: RestoreMode, hasher: &dyn RedactionHasher) -> Result<RestoreReport, TheirError> {
    let issuer = Verifier { key: cast.issuer.public().unwrap() };
    let message = verify_and_decode_sd_cwt(&issuer, token, None, ProcessingLimits::default())?;
    let disclosures = disclosures_from_unprotected(&message.unprotected)?;
    restore_payload_with_disclosures(&message, disclosures, hasher, mode)
}

/// The token inside a KBT; cose2 has read it to a value, so it is written again.
fn token_of(presentation: &[u8]) -> Vec<u8> {
    let kbt = Sign1Message::from_slice(presentation).unwrap();
    cbor2::to_vec(kbt.protected.get(sd_cwt_peer::HEADER_KCWT).unwrap()).unwrap()
}

fn they_verify(cast: &Cast, presentation: &[u8]) -> Result<Cbor, TheirError> {
    let report = they_restore(cast, &token_of(presentation), RestoreMode::Verifier, &HeadIncluded)?;
    assert_eq!(get(&report.value, 8).map(sorted), Some(sorted(&their_cnf(&cast.holder))));

    let kbt = Sign1Message::from_slice(presentation)?;
    assert_eq!(kbt.protected.get_i64(sd_cwt_peer::HEADER_TYP)?, Some(sd_cwt_peer::CONTENT_FORMAT_KB_CWT));
    kbt.verify(&Verifier { key: cast.holder.public().unwrap() }, None)?;
    let payload: Cbor = cbor2::from_slice(kbt.payload.as_deref().unwrap_or_default())?;
    let expected = map! { 3 => ROOM, 6 => NOW, 39 => Cbor::Bytes(NONCE.to_vec()) };
    assert_eq!(sorted(&payload), sorted(&expected), "audience, time, nonce and nothing else");
    Ok(without_cnf(&report.value))
}

/// The peer's full check of an issued token, with its own hash.
fn they_validate(cast: &Cast, token: &[u8]) -> Result<Cbor, TheirError> {
    let (issuer, options) = (Verifier { key: cast.issuer.public().unwrap() }, SdCwtValidationOptions::default());
    let (_, report) = verify_validate_and_restore_sd_cwt(&issuer, token, None, RestoreMode::Holder, options)?;
    Ok(without_cnf(&report.value))
}

#[track_caller]
fn assert_equal(claims: &Cbor, expected: &Cbor) {
    assert_eq!(sorted(claims), sorted(expected), "{claims:?} instead of {expected:?}");
}

#[test]
fn what_we_issue_and_present_whole_the_peer_verifies_with_equal_claims() {
    for cast in Cast::all() {
        for redaction in [Redaction::All, Redaction::None] {
            let plan = RedactionPlan::new(redaction).with_min_digests(16);
            let presentation = we_present(&cast, &we_issue(&cast, &claims(), &plan), &Selection::All);
            let theirs = they_verify(&cast, &presentation).unwrap();
            assert_equal(&theirs, &claims());
        }
    }
}

/// A token without redactions, which no hash concerns, goes through all that the peer checks.
#[test]
fn what_we_issue_without_redactions_passes_the_peers_full_validation() {
    for cast in Cast::all() {
        let token = we_issue(&cast, &claims(), &RedactionPlan::new(Redaction::None));
        assert_equal(&they_validate(&cast, &token).unwrap(), &claims());
    }
}

/// The token goes to the peer's Holder with all its disclosures: none may be missing (CWT-I-013), decoys come with theirs.
#[test]
fn what_we_issue_passes_the_strict_check_of_the_peers_holder() {
    let cast = Cast::new(Algorithm::P256, Algorithm::Ed25519);
    let token = we_issue(&cast, &claims(), &RedactionPlan::new(Redaction::All).with_min_digests(16));
    let report = they_restore(&cast, &token, RestoreMode::Holder, &HeadIncluded).unwrap();
    assert_equal(&without_cnf(&report.value), &claims());
    assert_eq!(report.removed_redactions, 0);
    assert!(report.decoys > 0);
}

#[test]
fn what_we_issue_and_present_in_part_the_peer_verifies_with_just_the_chosen_claims() {
    for cast in Cast::all() {
        let token = we_issue(&cast, &claims(), &RedactionPlan::new(Redaction::All));
        let theirs = they_verify(&cast, &we_present(&cast, &token, &our_choice())).unwrap();
        assert_equal(&theirs, &chosen_claims());
        let theirs = they_verify(&cast, &we_present(&cast, &token, &Selection::None)).unwrap();
        assert_equal(&theirs, &map! { 1 => ISSUER, 4 => NOW + 86_400, 6 => NOW - 60 });
    }
}

/// Redactions inside claims that stay visible: members and elements, the map around them in clear.
#[test]
fn what_we_redact_by_path_the_peer_restores_in_its_place() {
    let cast = Cast::new(Algorithm::P256, Algorithm::Ed25519);
    let paths = ["170", "address.locality", "address.lines[1]", "nationalities[1]", "cars[].make"];
    let plan = RedactionPlan::new(Redaction::Paths(paths.iter().map(|path| path.parse().unwrap()).collect()));
    let token = we_issue(&cast, &claims(), &plan);
    let theirs = they_verify(&cast, &we_present(&cast, &token, &Selection::All)).unwrap();
    assert_equal(&theirs, &claims());

    let theirs = they_verify(&cast, &we_present(&cast, &token, &Selection::None)).unwrap();
    let expected = |(key, value): &(Cbor, Cbor)| {
        let value = match key {
            Cbor::Text(key) if key == "address" => map! { "country" => "DE", "lines" => array!["Hof 1"] },
            Cbor::Text(key) if key == "nationalities" => array!["DE", "CH"],
            Cbor::Text(key) if key == "cars" => array![map! { "year" => 1984 }, map! {}],
            _ => value.clone(),
        };
        (*key != Cbor::from(170)).then(|| (key.clone(), value))
    };
    let expected = Cbor::Map(entries(&claims()).iter().filter_map(expected).collect());
    assert_equal(&theirs, &expected);
}

#[test]
fn what_the_peer_issues_and_presents_whole_we_verify_with_equal_claims() {
    for cast in Cast::all() {
        for preissued in [claims(), everything_marked(&claims())] {
            let presentation = they_present(&cast, &they_issue(&cast, &preissued), |_| true);
            assert_equal(&we_verify(&cast, &presentation).unwrap(), &claims());
        }
    }
}

#[test]
fn what_the_peer_issues_and_presents_in_part_we_verify_with_just_the_chosen_claims() {
    for cast in Cast::all() {
        let token = they_issue(&cast, &everything_marked(&claims()));
        assert_equal(&we_verify(&cast, &they_present(&cast, &token, their_choice)).unwrap(), &chosen_claims());
        let nothing = we_verify(&cast, &they_present(&cast, &token, |_| false)).unwrap();
        assert_equal(&nothing, &map! { 1 => ISSUER, 4 => NOW + 86_400, 6 => NOW - 60 });
    }
}

#[test]
fn what_the_peer_issues_we_hold_and_present_back_to_it() {
    for cast in Cast::all() {
        let token = they_issue(&cast, &everything_marked(&claims()));
        let presentation = we_present(&cast, &token, &our_choice());
        let theirs = they_verify(&cast, &presentation).unwrap();
        assert_equal(&theirs, &chosen_claims());
        assert_equal(&we_verify(&cast, &presentation).unwrap(), &chosen_claims());
    }
}

#[test]
fn what_we_issue_the_peer_holds_and_presents_back_to_us() {
    for cast in Cast::all() {
        let token = we_issue(&cast, &claims(), &RedactionPlan::new(Redaction::All));
        let presentation = they_present(&cast, &token, their_choice);
        assert_equal(&we_verify(&cast, &presentation).unwrap(), &chosen_claims());
        let theirs = they_verify(&cast, &presentation).unwrap();
        assert_equal(&theirs, &chosen_claims());
    }
}

/// CWT-V-015, CWT-P-005, CWT-P-019: here both agree.
#[test]
fn both_sides_refuse_stray_disclosures_and_the_wrong_issuer_or_holder() {
    let cast = Cast::new(Algorithm::P256, Algorithm::Ed25519);
    let token = they_issue(&cast, &everything_marked(&claims()));
    let other = Cast::new(Algorithm::P256, Algorithm::Ed25519);

    let mut with_stray = Sign1Message::from_slice(&token).unwrap();
    let mut disclosures = disclosures_from_unprotected(&with_stray.unprotected).unwrap();
    disclosures.push(Disclosure::claim([0xee; 16], "admin", true).unwrap());
    set_disclosures(&mut with_stray.unprotected, &disclosures);
    let without_parent = |disclosure: &Disclosure| !matches!(disclosure.kind(), DisclosureKind::Claim { key, .. } if key.as_text() == Some("address"));
    let forged = Cast { issuer: other.issuer, holder: OpenSslKey::generate(Algorithm::Ed25519).unwrap() };
    let stolen = Cast { issuer: OpenSslKey::generate(Algorithm::P256).unwrap(), holder: other.holder };

    for (presentation, code) in [
        (they_bind(&cast, &with_stray), Code::DisclosureUnmatched),
        (they_present(&cast, &token, without_parent), Code::DisclosureUnmatched),
        (they_present(&cast, &they_issue(&forged, &claims()), |_| true), Code::SignatureIssuer),
        (they_present(&stolen, &token, |_| true), Code::SignatureHolder),
    ] {
        assert_eq!(we_verify(&cast, &presentation).unwrap_err(), code);
        assert!(they_verify(&cast, &presentation).is_err(), "{code:?}");
    }
    assert!(they_verify(&cast, &they_present(&cast, &token, |_| true)).is_ok());
}

/// What stands between the peer and a trust path, beside its having no check of a KBT at all.
mod departures {
    use super::*;

    /// CWT-I-009. That it is not we who are wrong is for the working group's signed example to say, whose Issuer is P-384.
    #[test]
    fn the_peers_own_hash_leaves_out_the_head_and_fits_neither_us_nor_the_published_example() {
        let cast = Cast::new(Algorithm::P256, Algorithm::Ed25519);
        let token = they_issue_with(&cast, &everything_marked(&claims()), &Sha256RedactionHasher);
        assert_equal(&they_validate(&cast, &token).unwrap(), &claims());
        assert_eq!(we_verify(&cast, &they_present(&cast, &token, |_| true)).unwrap_err(), Code::DisclosureUnmatched);
        let token = we_issue(&cast, &claims(), &RedactionPlan::new(Redaction::All));
        assert!(they_validate(&cast, &token).unwrap_err().to_string().contains("without disclosure"));

        const EXAMPLE: &str = "ietf-sd-cwt/issuer_cwt.cbor";
        let path = format!("{}/../../../shared/vectors/{EXAMPLE}", env!("CARGO_MANIFEST_DIR"));
        let Ok(example) = std::fs::read(path) else {
            eprintln!("skipped: {EXAMPLE} not present");
            return;
        };
        let example = Sign1Message::from_slice(&example).unwrap();
        let disclosures = disclosures_from_unprotected(&example.unprotected).unwrap();
        let restore = |hasher: &dyn RedactionHasher| {
            restore_payload_with_disclosures(&example, disclosures.clone(), hasher, RestoreMode::Holder)
        };
        assert!(restore(&Sha256RedactionHasher).is_err());
        assert_eq!(restore(&HeadIncluded).unwrap().disclosed, disclosures.len());
    }

    /// CWT-I-019: below the top level a small integer key is like any other. The address of an OpenID Connect user, claim 187, has
    /// its country under 6; the peer takes that for `iat`.
    #[test]
    fn the_peer_refuses_small_integer_keys_in_nested_maps_and_we_do_not() {
        let cast = Cast::new(Algorithm::P256, Algorithm::Ed25519);
        let claims = map! { 1 => ISSUER, 2 => SUBJECT, 187 => map! { 2 => "Hof 1", 6 => "DE" } };
        let plan = RedactionPlan::new(Redaction::Paths(vec!["187.6".parse().unwrap()]));
        let token = we_issue(&cast, &claims, &plan);
        assert!(they_validate(&cast, &token).unwrap_err().to_string().contains("claim 6 must not be redacted"));
        let presentation = we_present(&cast, &token, &Selection::All);
        assert_equal(&we_verify(&cast, &presentation).unwrap(), &claims);
        // Its restoring, without the check, puts the claim where it belongs.
        assert_equal(&they_verify(&cast, &presentation).unwrap(), &claims);
    }

    /// CWT-V-017: one digest, one place; a token in which a digest stands twice is not from a sound Issuer.
    #[test]
    fn the_peer_accepts_a_digest_that_stands_twice_and_we_do_not() {
        let cast = Cast::new(Algorithm::P256, Algorithm::Ed25519);
        let disclosure = Disclosure::claim([7; 16], "name", "Zoë").unwrap();
        let digest = Cbor::Bytes(disclosure.redacted_hash(&HeadIncluded));
        let presentation = |digests: Vec<Cbor>| {
            let redacted = (redacted_claim_keys_label(), Cbor::Array(digests));
            let claims = with_cnf(&map! { 1 => ISSUER, 2 => SUBJECT }, &cast.holder);
            let payload = Cbor::Map(entries(&claims).iter().cloned().chain([redacted]).collect());
            they_present(&cast, &they_sign(&cast, &payload, std::slice::from_ref(&disclosure), -9), |_| true)
        };
        let (once, twice) = (presentation(vec![digest.clone()]), presentation(vec![digest.clone(), digest.clone()]));
        assert_equal(&we_verify(&cast, &once).unwrap(), &map! { 1 => ISSUER, 2 => SUBJECT, "name" => "Zoë" });
        assert!(they_verify(&cast, &twice).is_ok());
        assert_eq!(we_verify(&cast, &twice).unwrap_err(), Code::DigestDuplicate);
    }

    /// The working group's own examples are signed under the polymorphic identifiers of RFC 9053, so we read them, each bound to
    /// its curve (CWT-K-016), and never write them (CWT-I-003).
    #[test]
    fn the_peer_refuses_polymorphic_algorithms_and_we_read_them() {
        for (algorithm, polymorphic) in [(Algorithm::Ed25519, -8), (Algorithm::P256, -7)] {
            let cast = Cast::new(algorithm, Algorithm::Ed25519);
            let claims = map! { 1 => ISSUER, 2 => SUBJECT };
            let token = they_sign(&cast, &with_cnf(&claims, &cast.holder), &[], polymorphic);
            let presentation = they_present(&cast, &token, |_| true);
            assert_equal(&we_verify(&cast, &presentation).unwrap(), &claims);
            assert!(they_verify(&cast, &presentation).unwrap_err().to_string().contains("fully specified"));
        }
    }
}
