//! Status lists and revocation lists.

use std::collections::BTreeSet;

use mimicred_claims::Clock;
use mimicred_keys::SystemRandom;
use mimicred_provider::{Config, Desk, Escrow, Format, Provider, PseudonymState, Publication, Urgency};
use mimicred_status::{Expectations, Limits, StatusReference, StatusValue, UnverifiedStatusList, VerifiedStatusList};
use mimicred_x509::{RevocationStatus, SerialNumber, UnverifiedCrl, VerifiedCrl};

use crate::cast::{Ground, House, NOW, config, issue, leaves, with_alice};
use crate::issuing::{Credential, read};

const DAY: i64 = 86_400;
const FLIPS: usize = 8;
const FLIPS_U32: u32 = 8;
/// What is set stays so for 31 publications, those of a credential's 30 days and one more.
const STAYS: usize = 31;

/// Few lists and few flips, so that each shows.
fn small(escrow: Escrow) -> Config {
    let mut config = config(escrow);
    (config.status.lists, config.status.flips) = (2, FLIPS_U32);
    config
}

/// What everybody can fetch, verified.
struct Seen {
    lists: Vec<VerifiedStatusList>,
    crl: VerifiedCrl,
}

impl Seen {
    fn of(provider: &Provider, publication: &Publication, now: i64) -> Self {
        let keys = [provider.token_key().clone()];
        let verified = |octets: &[u8], uri: &str| {
            let clock = Clock { now, leeway: 0 };
            let expected = Expectations { keys: &keys, uri, clock, max_age: Some(86_400), limits: Limits::DEFAULT };
            UnverifiedStatusList::parse(octets).unwrap().verify(&expected).unwrap()
        };
        let mut lists = Vec::new();
        for list in &publication.lists {
            let cwt = verified(list.cwt.as_bytes(), &list.uri);
            let jwt = verified(list.jwt.as_bytes(), &list.uri);
            assert_eq!(cwt.token().list(), jwt.token().list());
            assert_eq!(cwt.token().list().len(), 1_000_000);
            lists.push(cwt);
        }
        let crl = UnverifiedCrl::from_der(publication.crl.as_ref().unwrap().as_der()).unwrap();
        Self { lists, crl: crl.verify(provider.ca_certificate(), now).unwrap() }
    }

    /// Each entry that is set.
    fn set(&self) -> BTreeSet<(usize, u64)> {
        let entries = |(n, list): (usize, &VerifiedStatusList)| {
            let list = list.token().list();
            // Four entries to an octet; few octets have any.
            let octets = list.as_octets().iter().zip(0_u64..).filter(|(octet, _)| **octet != 0);
            let places =
                octets.flat_map(|(_, at)| 4 * at..4 * at + 4).filter(|place| list.get(*place) != Some(StatusValue::VALID));
            places.map(|place| (n, place)).collect::<Vec<_>>()
        };
        self.lists.iter().enumerate().flat_map(entries).collect()
    }

    fn serials(&self) -> BTreeSet<SerialNumber> {
        self.crl.revocations().iter().map(|revocation| revocation.serial).collect()
    }

    /// What the lists say of a pseudonym: of its tokens and its certificate, which agree.
    fn is_valid(&self, credential: &Credential, now: i64) -> bool {
        let reference: StatusReference = credential.reference();
        let list = self.lists.iter().find(|list| list.token().uri() == reference.uri()).unwrap();
        let by_list = list.check(&reference, &Clock { now, leeway: 0 }).is_ok();
        let serial = credential.certificate.as_ref().unwrap().serial();
        assert_eq!(by_list, self.crl.status(&serial) == RevocationStatus::NotRevoked);
        by_list
    }
}

fn publish(provider: &mut Provider, now: i64) -> (Publication, Seen) {
    let publication = provider.publish(now, &mut SystemRandom).unwrap();
    let seen = Seen::of(provider, &publication, now);
    (publication, seen)
}

fn issued(provider: &mut Provider, count: usize) -> Vec<Credential> {
    issue(provider, "alice", &leaves(count), NOW).unwrap().iter().map(|text| read(text)).collect()
}

fn suspend(desk: &mut Desk, credential: &Credential, now: i64) {
    desk.set_state(&credential.user, PseudonymState::Suspended, Urgency::Ordinary, now).unwrap();
}

pub(crate) fn a_suspended_pseudonym_is_published_with_the_next_list(ground: &Ground) {
    let house = House::new(ground, small(Escrow::None));
    let mut provider = with_alice(&house);
    let credentials = issued(&mut provider, 6);
    let (first, seen) = publish(&mut provider, NOW);
    // The slot of NOW began at midnight, and the next one begins with the next day.
    assert_eq!((first.at, first.next), (20_717 * DAY, 20_718 * DAY));
    assert!(credentials.iter().all(|credential| seen.is_valid(credential, NOW)));
    let mut desk = house.desk();
    suspend(&mut desk, &credentials[2], NOW);
    assert!(desk.pseudonym(&credentials[2].user).unwrap().is_changing);

    let (again, seen) = publish(&mut provider, NOW + 3600);
    assert_eq!((again.published, again.waiting), (0, 1));
    assert!(seen.is_valid(&credentials[2], NOW + 3600));
    let (next, seen) = publish(&mut provider, NOW + DAY);
    assert_eq!((next.published, next.waiting), (1, 0));
    let valid: Vec<bool> = credentials.iter().map(|credential| seen.is_valid(credential, NOW + DAY)).collect();
    assert_eq!(valid, [true, true, false, true, true, true]);

    // It counts again, and nothing else changes.
    desk.set_state(&credentials[2].user, PseudonymState::Live, Urgency::Ordinary, NOW + DAY).unwrap();
    let (_, seen) = publish(&mut provider, NOW + 2 * DAY);
    assert!(credentials.iter().all(|credential| seen.is_valid(credential, NOW + 2 * DAY)));
}

/// mimi-mls.md 4.5 B-7, B-18 and B-24: two publications one after the other differ in as many entries as ever, whatever happened between
/// them, and all that is new on the revocation list is of one day.
pub(crate) fn what_happened_does_not_show_in_how_much_changes(ground: &Ground) {
    let house = House::new(ground, small(Escrow::None));
    let mut provider = with_alice(&house);
    let credentials = issued(&mut provider, 12);
    let mut desk = house.desk();
    let (_, mut before) = publish(&mut provider, NOW);
    // What would be there if lists had always been published.
    assert_eq!((before.set().len(), before.serials().len()), (2 * STAYS * FLIPS, 2 * STAYS * FLIPS));
    for (day, suspended) in [0..0, 0..1, 1..5, 5..5].into_iter().enumerate() {
        for credential in &credentials[suspended.clone()] {
            suspend(&mut desk, credential, NOW + i64::try_from(day).unwrap() * DAY);
        }
        if day == 3 {
            desk.set_state(&credentials[0].user, PseudonymState::Live, Urgency::Ordinary, NOW + 3 * DAY).unwrap();
        }
        let now = NOW + (i64::try_from(day).unwrap() + 1) * DAY;
        let (publication, after) = publish(&mut provider, now);
        assert_eq!(publication.published, u64::try_from(suspended.len()).unwrap() + u64::from(day == 3));
        let (old, new) = (before.set(), after.set());
        for list in 0..2 {
            let changed = |one: &BTreeSet<(usize, u64)>, other: &BTreeSet<(usize, u64)>| {
                one.difference(other).filter(|(n, _)| *n == list).count()
            };
            let cleared = changed(&old, &new);
            assert_eq!(changed(&new, &old), FLIPS, "day {day}, list {list}");
            // Those whose time is over, which may be fewer by those that were cleared before it; and one before its time.
            assert!((FLIPS + 1 - day..=FLIPS + 1).contains(&cleared), "day {day}, list {list}: {cleared}");
        }
        let (old, new) = (before.serials(), after.serials());
        assert_eq!(new.difference(&old).count(), 2 * FLIPS);
        assert!((2 * (FLIPS + 1 - day)..=2 * (FLIPS + 1)).contains(&old.difference(&new).count()));
        let days: BTreeSet<i64> = after
            .crl
            .revocations()
            .iter()
            .filter(|revocation| !old.contains(&revocation.serial))
            .map(|revocation| revocation.at.div_euclid(DAY))
            .collect();
        assert_eq!(days.into_iter().collect::<Vec<_>>(), [now.div_euclid(DAY)]);
        assert_eq!(after.crl.number(), Some(u64::try_from(day).unwrap() + 2));
        before = after;
    }
}

/// The first publication of all tells as little of how many are suspended.
pub(crate) fn the_first_publication_has_as_many_as_ever(ground: &Ground) {
    let house = House::new(ground, small(Escrow::None));
    let mut provider = with_alice(&house);
    let credentials = issued(&mut provider, 3);
    let mut desk = house.desk();
    credentials.iter().for_each(|credential| suspend(&mut desk, credential, NOW - DAY));
    let (publication, seen) = publish(&mut provider, NOW);
    assert_eq!(publication.published, 3);
    assert!(credentials.iter().all(|credential| !seen.is_valid(credential, NOW)));
    assert_eq!((seen.set().len(), seen.serials().len()), (2 * STAYS * FLIPS, 2 * STAYS * FLIPS));
}

pub(crate) fn what_does_not_fit_waits_and_what_is_urgent_does_not(ground: &Ground) {
    let mut config = small(Escrow::None);
    config.status.lists = 1;
    let house = House::new(ground, config);
    let mut provider = with_alice(&house);
    let credentials = issued(&mut provider, 20);
    let mut desk = house.desk();
    publish(&mut provider, NOW);
    credentials[..11].iter().for_each(|credential| suspend(&mut desk, credential, NOW));
    let (one, seen) = publish(&mut provider, NOW + DAY);
    assert_eq!((one.published, one.waiting), (8, 3));
    let suspended = |seen: &Seen, now| credentials.iter().filter(|credential| !seen.is_valid(credential, now)).count();
    assert_eq!(suspended(&seen, NOW + DAY), 8);
    // Within the slot nothing more, but for what is urgent.
    assert_eq!(publish(&mut provider, NOW + DAY + 60).0.published, 0);
    desk.set_state(&credentials[15].user, PseudonymState::Suspended, Urgency::Emergency, NOW + DAY + 60).unwrap();
    let before = seen;
    let (urgent, seen) = publish(&mut provider, NOW + DAY + 120);
    assert_eq!((urgent.published, urgent.waiting), (1, 3));
    assert!(!seen.is_valid(&credentials[15], NOW + DAY + 120));
    assert_eq!(seen.set().difference(&before.set()).count(), FLIPS);
    let (last, seen) = publish(&mut provider, NOW + 2 * DAY);
    assert_eq!((last.published, last.waiting), (3, 0));
    assert_eq!(suspended(&seen, NOW + 2 * DAY), 12);
}

pub(crate) fn within_a_slot_a_publication_is_the_same(ground: &Ground) {
    let house = House::new(ground, small(Escrow::None));
    let mut provider = with_alice(&house);
    issued(&mut provider, 3);
    let (_, one) = publish(&mut provider, NOW);
    let (_, other) = publish(&mut provider, NOW + 7200);
    // A clock that went back changes nothing either.
    let (back, _) = (provider.publish(NOW - 5 * DAY, &mut SystemRandom).unwrap(), ());
    assert_eq!(back.at, 20_717 * DAY);
    let (_, third) = publish(&mut provider, NOW + 7200);
    assert!(one.set() == other.set() && other.set() == third.set());
    assert!(one.serials() == other.serials() && other.serials() == third.serials());
}

/// What has expired leaves its entry to nobody: it stays set for its time, as decoys do, and no new token gets it.
pub(crate) fn what_has_expired_is_forgotten(ground: &Ground) {
    let house = House::new(ground, small(Escrow::None));
    let mut provider = with_alice(&house);
    let credentials = issued(&mut provider, 4);
    let mut desk = house.desk();
    publish(&mut provider, NOW);
    credentials.iter().for_each(|credential| suspend(&mut desk, credential, NOW));
    let set = |seen: &Seen| {
        let is_set = |credential: &&Credential| {
            let reference = credential.reference();
            let list = seen.lists.iter().position(|list| list.token().uri() == reference.uri()).unwrap();
            seen.set().contains(&(list, reference.index()))
        };
        let is_listed = |credential: &&Credential| seen.serials().contains(&credential.certificate.as_ref().unwrap().serial());
        (credentials.iter().filter(is_set).count(), credentials.iter().filter(is_listed).count())
    };
    let (_, seen) = publish(&mut provider, NOW + 29 * DAY);
    assert_eq!(set(&seen), (4, 4));
    let (_, seen) = publish(&mut provider, NOW + 31 * DAY);
    // One of each of two lists, and two serial numbers, may be among the few that go before their time.
    let (places, serials) = set(&seen);
    assert!(places >= 2 && serials >= 2, "{places}, {serials}");
    for credential in &credentials {
        assert_eq!(desk.pseudonym(&credential.user).unwrap_err().code(), mimicred_provider::Code::PseudonymUnknown);
    }
    let rows = house.rows(&mut provider, "SELECT decoy FROM places WHERE clears <> 0");
    assert!(rows.iter().all(|decoy| *decoy == 1));
    assert!(house.rows(&mut provider, "SELECT 1 FROM places WHERE clears = 0").is_empty());
    // Set with day 29, and cleared 31 publications later.
    let (_, seen) = publish(&mut provider, NOW + 60 * DAY);
    assert_eq!(set(&seen), (0, 0));
}

/// Only what is issued has a list.
pub(crate) fn each_format_has_its_own_list(ground: &Ground) {
    if matches!(ground, Ground::Postgres(_)) {
        return;
    }
    for formats in [vec![Format::X509], vec![Format::SdCwt]] {
        let ground = Ground::sqlite();
        let mut config = small(Escrow::None);
        config.formats = formats.clone();
        let house = House::new(&ground, config);
        let mut provider = with_alice(&house);
        let publication = provider.publish(NOW, &mut SystemRandom).unwrap();
        let is_x509 = formats == [Format::X509];
        assert_eq!((publication.crl.is_some(), publication.lists.is_empty()), (is_x509, is_x509));
    }
}
