//! The room: its disclosure policy, the verifier's trust store, epoch snapshots, and the one pipeline from a reveal to a
//! [`Verdict`].
//!
//! - [`policy`]: what a room asks, in TLS, TOML and JSON.
//! - [`TrustStore`]: whom the verifier trusts, and for which hosts. A room's policy restricts it, and never adds to it.
//! - [`Snapshots`]: what is kept of each epoch; a message is judged by the snapshot of its own.
//! - [`verify`]: the steps of mimi-mls.md 3.5.3, for SD-JWT, SD-CWT and X.509 alike, by whatever carriage they come;
//!   [`verify_all`] for many messages at once.
//! - [`Room`]: all of it over time: which reveals are in force, what was asked, and who satisfies the room now.
//! - [`choose`]: the least that satisfies a policy. [`PreparedBundle`]: the sender's side, with the same policy evaluated before
//!   anything is signed. [`Confirmation`]: what she agrees to, and that nothing is sent once it has changed.
//!
//! ```
//! use mimicred_claims::{Clock, Key, Map, Redaction, RedactionPlan, Selection, Value};
//! use mimicred_keys::{Algorithm, IssuerKey, LeafKey, SecretKey, SystemRandom};
//! use mimicred_mls::Credential;
//! use mimicred_room::*;
//! use mimicred_uri::MimiUri;
//! use mimicred_x509::{Ca, CaProfile, PseudonymProfile, Validity, prepare_pseudonym, prepare_root};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let (now, random) = (1_790_000_000, &mut SystemRandom);
//! # let provider = IssuerKey::new(SecretKey::generate(Algorithm::P256, random)?);
//! # let leaf_key = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, random)?)?;
//! # let (user, client): (MimiUri, MimiUri) = ("mimi://a.example/p/x".parse()?, "mimi://a.example/d/y".parse()?);
//! # let root = prepare_root(&CaProfile::new("CA", Validity::days(now, 365)?), provider.public(), random)?.sign(&provider)?;
//! # let profile = PseudonymProfile::new(leaf_key.public(), &user, &client, Validity::days(now, 30)?);
//! # let pseudonym = prepare_pseudonym(&Ca::from_certificate(&root)?, &profile, random)?.sign(&provider)?;
//! # let credential = Credential::X509(vec![pseudonym.as_der().to_vec()]);
//! # let claims = Map::from_entries(vec![
//! #     (Key::from("iss"), Value::from("https://id.a.example")),
//! #     (Key::from("name"), Value::from("Alice")),
//! # ])?;
//! # let plan = RedactionPlan::new(Redaction::Paths(vec!["name".parse()?]));
//! # let issuer = mimicred_sd_jwt::Issuer::new(provider.public());
//! # let token = issuer.prepare(claims, Some(leaf_key.public()), &plan, random)?.sign(&provider)?;
//! # let issuers = [mimicred_sd_jwt::TrustedIssuer { issuer: "https://id.a.example".into(), key: provider.public().clone() }];
//! # let clock = Clock { now, leeway: 0 };
//! # let accept = mimicred_sd_jwt::AcceptExpectations { issuers: &issuers, confirmation_key: leaf_key.public(), clock };
//! # let held = mimicred_sd_jwt::Held::accept(token.as_str(), &accept)?;
//! // The verifier trusts the provider for its own host, and the room names it for the same one.
//! let mut trust = TrustStore::new();
//! trust.add(TrustEntry::of_certificate("https://id.a.example", &root, &["a.example"])?);
//! # let anchors = vec![policy::IssuerAnchor::jwk_thumbprint(provider.public()), policy::IssuerAnchor::certificate(&root)];
//! let mut policy = policy::RoomDisclosurePolicy::from_toml(r#"
//!     pseudonyms = "required"
//!     identity_reveal = "required"
//!     accepted_formats = ["sd_jwt_kb"]
//!     max_presentation_age = 300
//!     disclosure_deadline = 3600
//!     [[claim_rules]]
//!     claim_name = "name"
//!     paths = [{ jwt = ["name"] }]
//!     presence = "required"
//!     [[trusted_issuers]]
//!     issuer = "https://id.a.example"
//!     subject_domains = ["a.example"]
//!     formats = ["sd_jwt_kb", "mls_credential"]
//! "#)?;
//! policy.trusted_issuers[0].anchors = anchors;
//!
//! // On files every input is given by hand; in a group `Snapshots::enter` takes them from the epoch.
//! let snapshot = EpochSnapshot::from_files(
//!     FileInputs {
//!         room: Input::Given("mimi://hub.example/r/clubhouse".parse()?),
//!         leaf: Input::Given(GivenLeaf { key: Some(leaf_key.public().clone()), credential }),
//!         group_id: Input::Given(vec![1; 16]),
//!         epoch: Input::Given(7),
//!         nonce: Input::Given(vec![0xaa; 32]),
//!         policy: Input::Given(PolicyState::of_policy(policy)),
//!         trust: Input::Given(&trust),
//!     },
//!     now,
//! );
//!
//! // The sender shows her name, after asking what the room would say.
//! let context = snapshot.room_context(EpochSnapshot::FILE_SENDER, None)?.ok_or("a leaf that holds")?;
//! let mut reveal = PreparedBundle::new(context);
//! reveal.add(Holding::SdJwt(&held), &Selection::Paths(vec!["name".parse()?]), now)?;
//! let sender = snapshot.leaf(EpochSnapshot::FILE_SENDER).and_then(SnapshotLeaf::member).ok_or("a leaf that holds")?;
//! reveal.check(snapshot.policy(), sender)?;
//! let bundle = reveal.sign(&leaf_key)?.encode()?;
//!
//! let mut replay = MemoryReplayStore::new(ReplayKey::generate(random)?);
//! let mut verifier = Verifier {
//!     trust: &trust,
//!     replay: &mut replay,
//!     status: &NoStatusLists,
//!     disclosure_keys: &[],
//!     settings: Settings::default(),
//! };
//! let arrival = Arrival { sender: EpochSnapshot::FILE_SENDER, epoch: 7, received_at: now + 2, accepted_at: None, challenge: None };
//! let verdict = verify(&Snapshots::only(snapshot), &arrival, Reveal::Bundle(&bundle), &mut verifier)?;
//! assert_eq!(verdict.code, VerdictCode::Ok);
//! assert_eq!(verdict.claims[0].value.to_string(), "Alice");
//! # Ok(())
//! # }
//! ```

mod choose;
mod confirm;
mod credential;
mod error;
mod evaluate;
mod evidence;
mod human;
mod in_force;
mod parallel;
pub mod policy;
mod present;
mod replay;
mod requests;
mod room;
mod rules;
mod screen;
mod sittings;
mod snapshot;
#[cfg(test)]
mod testing;
mod trust;
pub mod verdict;
mod verify;

pub use choose::{Attempt, Choice, Choosing, ChosenItem, Effort, MetRule, Obstacle, Shortfall, Unmet, choose, paths_for_holder};
pub use confirm::{Change, Confirmation, Confirmed, Recipient, Recipients, RevealedItem, ShownClaim};
pub use credential::{CertificateStatus, HeldCrls, HeldStatus, NoStatusLists, Status, StatusLists, StatusReference};
pub use error::{Code, Error};
pub use evaluate::{Evaluation, Member, MemberKind, PolicyState, Presented, RuleOutcome, RuleReport, evaluate};
pub use evidence::{Evidence, Found};
pub use in_force::{End, EndedReveal, MAX_ENDED, MAX_REVEALS, Refused, RevealInForce, RevealSource, Standing};
pub use present::{Audience, Holding, PreparedBundle, RoomContext};
pub use replay::{MemoryReplayStore, OneTime, Origin, ReplayKey, ReplayStore, Seen, Use};
pub use requests::{
    MAX_OWN_REQUESTS, MAX_RECEIVED_REQUESTS, MAX_REQUESTS_OF_LEAF, Question, ReceivedRequest, RequestMessage, request_content,
};
pub use room::Room;
pub use rules::{RoomRules, claimed_user};
pub use screen::{Objection, screen};
pub use snapshot::{
    Asked, Challenge, EpochSnapshot, FileInputs, GivenLeaf, Input, LeafStanding, SnapshotLeaf, Snapshots, Waivable,
};
pub use trust::{
    Authority, CrlUse, Decision, Identities, Signer, Source, TrustEntry, TrustFile, TrustFileIssuer, TrustStore, decide,
    decide_by_name,
};
pub use verdict::{Acceptable, OfferedKeyPackage, Verdict, VerdictCode};
pub use verify::{Arrival, Reveal, Settings, Verifier, VouchedKeys, verify, verify_all, without_reveal};
