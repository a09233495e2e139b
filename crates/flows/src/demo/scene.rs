//! The scene: three providers, three members, one room.

use mimicred_claims::Map;
use mimicred_keys::{Algorithm, Random, SystemRandom};
use mimicred_mls::group::Member;
use mimicred_mls::{BundleItem, Suite};
use mimicred_room::policy::{DisclosureFormat, IssuerAnchor, RoomDisclosurePolicy, TrustedIssuer};
use mimicred_room::{RoomContext, RoomRules, TrustEntry, TrustStore};
use mimicred_uri::MimiUri;

use super::wallet::{Wallet, bundle};
use super::{AttackReport, CredentialReport, Format, MemberReport, Options, Report, RevealReport, choose};
use crate::{Code, Error, Guest, Heard, Provider, Room};

const ROOM: &str = "mimi://hub.example/r/clubhouse";
/// Who reveals.
pub(super) const ALICE: &str = "Alice";
/// Who listens, and copies.
pub(super) const BOB: &str = "Bob";
/// Who made the room and may change its policy.
pub(super) const CAROL: &str = "Carol";

/// Everything on stage.
pub(super) struct Scene<'a> {
    pub(super) claims: Map<'a>,
    pub(super) policy: RoomDisclosurePolicy,
    pub(super) now: i64,
    pub(super) algorithm: Algorithm,
    pub(super) home: Provider,
    pub(super) elsewhere: Provider,
    pub(super) alice: Wallet,
    pub(super) room: Room,
    cast: Vec<Player>,
    trust: TrustStore,
    suite: Suite,
}

struct Player {
    name: &'static str,
    provider: String,
    user: MimiUri,
    member: Member,
}

impl<'a> Scene<'a> {
    pub(super) fn set(options: &Options<'a>, suite: Suite, random: &mut dyn Random) -> Result<Self, Error> {
        let (now, algorithm) = (options.now, options.algorithm);
        let home = Provider::new("a.example", algorithm, now, random)?;
        let elsewhere = Provider::new("b.example", algorithm, now, random)?;
        let third = Provider::new("c.example", algorithm, now, random)?;

        let mut policy = options.policy.clone();
        policy.trusted_issuers =
            [&home, &elsewhere, &third].into_iter().flat_map(|provider| entries(provider, provider.host())).collect();
        let trust = trust_in(&[&home, &elsewhere, &third])?;

        let certified = choose::chosen(&policy, &options.claims, Format::MlsCredential);
        let alice = Wallet::issue(&home, algorithm, &options.claims, &certified, now, random)?;
        // Bob has the same provider, so that nothing but the key tells his reveals from hers.
        let bob = Wallet::issue(&home, algorithm, &Map::new(), &[], now, random)?;
        let carol = Wallet::issue(&third, algorithm, &Map::new(), &[], now, random)?;
        // Carol creates the room, so she comes first.
        let cast = [(CAROL, &third, &carol), (ALICE, &home, &alice), (BOB, &home, &bob)];
        let cast = cast.into_iter().map(|(name, provider, wallet)| Player::new(name, provider, wallet, suite));
        let cast = cast.collect::<Result<Vec<_>, _>>()?;

        let room = open(ROOM, &cast, &policy, &trust, now, random)?;
        Ok(Self { claims: options.claims.clone(), policy, now, algorithm, home, elsewhere, alice, room, cast, trust, suite })
    }

    /// Alice reveals what the policy asks for or allows, in this format.
    pub(super) fn reveal(&mut self, format: Format) -> Result<RevealReport, Error> {
        let paths = choose::chosen(&self.policy, &self.claims, format);
        let item = self.alice.tokens.present(format, &self.alice.key, &paths, &self.moment()?)?;
        let presentation_octets = item.data.len();
        let (message_octets, heard) = self.send(ALICE, item)?;
        let accepted = heard.iter().all(|heard| heard.verdict.is_accepted());
        let disclosed = paths.iter().map(|path| choose::named(path, format)).collect();
        Ok(RevealReport { format, disclosed, presentation_octets, message_octets, accepted, heard })
    }

    /// A member sends an item in a bundle that names this room and the member.
    pub(super) fn send(&mut self, from: &str, item: BundleItem) -> Result<(usize, Vec<Heard>), Error> {
        let bundle = bundle(self.room.uri(), &self.room.seat(from)?.user, item);
        self.room.reveal(from, &bundle)
    }

    /// Where and when Alice reveals.
    pub(super) fn moment(&self) -> Result<(RoomContext, i64), Error> {
        Ok((self.room.seat(ALICE)?.context()?, self.now))
    }

    /// Carol, who administers the room, sets another policy.
    pub(super) fn set_policy(&mut self, policy: &RoomDisclosurePolicy) -> Result<(), Error> {
        let octets = policy.encode().map_err(|e| Error::new(Code::PolicyUnusable).because(e))?;
        self.room.change(CAROL, |group| group.set_policy(octets))
    }

    /// Another room of the same members, with the same leaf keys.
    pub(super) fn another_room(&self, random: &mut dyn Random) -> Result<Room, Error> {
        open("mimi://hub.example/r/elsewhere", &self.cast, &self.policy, &self.trust, self.now, random)
    }

    pub(super) fn report(&self, reveals: Vec<RevealReport>, attacks: Vec<AttackReport>) -> Report {
        let members = self.cast.iter().map(|player| MemberReport {
            name: player.name,
            provider: player.provider.clone(),
            pseudonym: player.user.to_string(),
        });
        Report {
            suite: self.suite.to_string(),
            room: self.room.uri().to_string(),
            policy: self.policy.to_json(),
            policy_octets: self.policy.encode().map(|octets| octets.len()).unwrap_or_default(),
            members: members.collect(),
            credentials: self.credentials(),
            reveals,
            attacks,
        }
    }

    fn credentials(&self) -> Vec<CredentialReport> {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let certified = choose::only(&self.claims, &choose::chosen(&self.policy, &self.claims, Format::MlsCredential));
        let tokens = &self.alice.tokens;
        let [identity, _] = &tokens.chain;
        vec![
            CredentialReport {
                kind: "pseudonym certificate",
                octets: self.alice.pseudonym.certificate.as_der().len(),
                visible: names(&["pseudonym URIs"]),
                disclosures: 0,
            },
            CredentialReport {
                kind: "identity certificate",
                octets: identity.as_der().len(),
                visible: certified.iter().map(|(key, _)| key.to_string()).collect(),
                disclosures: 0,
            },
            CredentialReport {
                kind: "SD-JWT",
                octets: tokens.sd_jwt.len(),
                visible: names(&["iss", "sub", "mimi_user", "iat", "exp", "cnf"]),
                disclosures: tokens.sd_jwt.matches('~').count().saturating_sub(1),
            },
            CredentialReport {
                kind: "SD-CWT",
                octets: tokens.sd_cwt.len(),
                visible: names(&["iss", "sub", "mimi_user", "iat", "exp", "cnf"]),
                disclosures: tokens.disclosures_of_sd_cwt(),
            },
        ]
    }
}

impl Player {
    fn new(name: &'static str, provider: &Provider, wallet: &Wallet, suite: Suite) -> Result<Self, Error> {
        let member = Member::new(suite, wallet.key.clone(), wallet.leaf_credential(), RoomRules, SystemRandom);
        let member = member.map_err(|e| Error::step("a leaf is made", e))?;
        Ok(Self { name, provider: provider.host().to_owned(), user: wallet.pseudonym.user.clone(), member })
    }
}

/// The room's entries for one provider: its token key for both token formats, its CA for certificates.
pub(super) fn entries(provider: &Provider, host: &str) -> [TrustedIssuer; 2] {
    let entry = |issuer: &str, formats: &[DisclosureFormat], anchors: Vec<IssuerAnchor>| TrustedIssuer {
        issuer: issuer.to_owned(),
        subject_domains: vec![host.to_owned()],
        formats: formats.to_vec(),
        anchors,
        claim_names: Vec::new(),
    };
    let key = provider.token_key();
    let key_anchors = vec![IssuerAnchor::jwk_thumbprint(key), IssuerAnchor::cose_key_thumbprint(key)];
    let token_formats = [Format::SdJwtKb.of_policy(), Format::SdKbt.of_policy()];
    [
        entry(provider.issuer(), &token_formats, key_anchors),
        entry("", &[Format::MlsCredential.of_policy()], vec![IssuerAnchor::certificate(provider.ca_certificate())]),
    ]
}

/// What a client of these days knows of providers, from elsewhere than any room.
fn trust_in(providers: &[&Provider]) -> Result<TrustStore, Error> {
    let step = "a trust store is filled";
    let mut store = TrustStore::new();
    for provider in providers {
        let hosts = [provider.host()];
        let tokens = TrustEntry::of_key(provider.issuer(), provider.token_key().clone(), &hosts);
        store.add(tokens.map_err(|e| Error::step(step, e))?);
        let certificates = TrustEntry::of_certificate("", provider.ca_certificate(), &hosts);
        store.add(certificates.map_err(|e| Error::step(step, e))?);
    }
    Ok(store)
}

fn open(
    uri: &str,
    cast: &[Player],
    policy: &RoomDisclosurePolicy,
    trust: &TrustStore,
    now: i64,
    random: &mut dyn Random,
) -> Result<Room, Error> {
    let step = "a room is created";
    let uri: MimiUri = uri.parse().map_err(|e: mimicred_uri::Error| Error::step(step, e))?;
    let mut group_id = [0; 16];
    random.fill(&mut group_id).map_err(|e| Error::step(step, e))?;
    let policy = policy.encode().map_err(|e| Error::new(Code::PolicyUnusable).because(e))?;
    let guests = cast.iter().map(|player| Guest {
        name: player.name,
        user: player.user.clone(),
        member: player.member.clone(),
        trust: trust.clone(),
    });
    Room::open(uri, &group_id, policy, guests.collect(), now, random)
}
