//! Reveals as a member of a room sends them: any octets; and bundles made of presentations, KeyPackages and offers, good ones and those
//! of another issuer, member, room, epoch or moment, with parts exchanged, dropped, repeated, moved or turned over, also inside a
//! SealedDisclosure. Whoever receives them comes to a verdict, to one, and believes nothing that no trusted issuer has signed.

mod edits;
mod made;
mod seeds;
mod world;

use std::sync::LazyLock;

use arbitrary::{Arbitrary, Unstructured};
use mimicred_error::Report;
use mimicred_mls::carriage::Object;
use mimicred_mls::sealed::{Recipient, RecipientKey, SealingContext};
use mimicred_mls::{BundleItem, Code, DisclosureBundle, DisclosureRequest, Item, MAX_ITEMS, SealedDisclosure, Suite};
use mimicred_room::{
    Arrival, MemoryReplayStore, NoStatusLists, ReplayKey, Reveal, Settings, Verdict, VerdictCode, Verifier, verify,
};

use crate::cast::{Counter, NOW};
use edits::Edit;
use made::{Made, Place, Who};
use world::{EPOCHS, GROUP, truth, world};

pub use seeds::seeds;

/// When the hub has accepted it.
const ACCEPTED_AT: i64 = NOW + 1;
/// When everything arrives.
const RECEIVED_AT: i64 = NOW + 5;

/// A bundle, and what is done to it.
#[derive(Arbitrary, Debug)]
struct Input {
    sender: Who,
    /// The epoch of the message: the second one, or the first.
    is_late: bool,
    subject: Who,
    room: Place,
    made: Vec<Made>,
    edits: Vec<Edit>,
    /// Octets of the SealedDisclosure that are exchanged.
    sealed: Vec<(u16, u8)>,
}

pub fn run(data: &[u8]) -> &'static str {
    match data.split_first() {
        Some((0, octets)) => any(octets),
        Some((1, rest)) => match Input::arbitrary_take_rest(Unstructured::new(rest)) {
            Ok(input) => structured(&input),
            Err(_) => "no-input",
        },
        _ => "no-input",
    }
}

/// Any octets, as whatever they may be.
fn any(octets: &[u8]) -> &'static str {
    let written = |result: Result<Vec<u8>, mimicred_mls::Error>| assert_eq!(result.expect("it was read"), octets);
    if let Ok(request) = DisclosureRequest::decode(octets) {
        written(request.encode());
        let _ = format!("{request:?}");
    }
    if let Ok(sealed) = SealedDisclosure::decode(octets) {
        written(sealed.encode());
        assert!(sealed.open(&sealing(EPOCHS[0]), 0, &RECIPIENTS[0]).is_err(), "nobody has sealed it");
    }
    let text = str::from_utf8(octets).unwrap_or_default();
    let reveals = [
        Reveal::ApplicationData(octets),
        Reveal::MimiContent(octets),
        Reveal::CredentialPresentation(octets),
        Reveal::Credential(octets),
        Reveal::SdJwt(text),
        Reveal::SdKbt(octets),
        Reveal::Bundle(octets),
    ];
    let mut last = "";
    for reveal in reveals {
        let verdict = judge(Who::Alice, EPOCHS[0], reveal, &mut store());
        sound(&verdict, Who::Alice);
        last = verdict.slug;
    }
    match DisclosureBundle::decode(octets) {
        Ok(bundle) => {
            written(bundle.encode());
            bundle.items.iter().for_each(opened);
            last
        }
        Err(error) => error.slug(),
    }
}

/// An item that can be opened has one encoding.
fn opened(item: &BundleItem) {
    let _ = format!("{item:?}");
    let again = match item.open() {
        Ok(Item::MlsCredential(presentation)) => BundleItem::presentation(&presentation),
        Ok(Item::SdJwtKb(token)) => BundleItem::sd_jwt_kb(&token),
        Ok(Item::SdKbt(octets)) => Ok(BundleItem::sd_kbt(octets)),
        Ok(Item::KeyPackage(key_package)) => BundleItem::key_package(key_package.to_message()),
        Ok(Item::KeyPackageOffer(offer)) => BundleItem::key_package_offer(&offer),
        Err(_) => return,
    };
    assert_eq!(&again.expect("it was read"), item);
}

fn structured(input: &Input) -> &'static str {
    let made: Vec<Made> = input.made.iter().take(8).flat_map(Made::apart).collect();
    let made: Vec<(&Made, BundleItem)> = made.iter().filter_map(|made| Some((made, made.item()?))).collect();
    let mut items: Vec<BundleItem> = made.iter().map(|(_, item)| item.clone()).collect();
    input.edits.iter().for_each(|edit| edit.apply(&mut items));
    let subject_uri = world().people[input.subject as usize].user.clone();
    let bundle = DisclosureBundle { room_uri: input.room.uri(), subject_uri, items };
    let Ok(octets) = bundle.encode() else {
        assert!(bundle.items.is_empty());
        return "nothing";
    };
    match DisclosureBundle::decode(&octets) {
        Ok(read) => assert_eq!(read, bundle),
        Err(error) => assert!(error.code() == Code::Limit && bundle.items.len() > MAX_ITEMS),
    }
    bundle.items.iter().for_each(opened);

    let (sender, epoch) = (input.sender, EPOCHS[usize::from(input.is_late)]);
    let mut store = store();
    let verdict = judge(sender, epoch, Reveal::Bundle(&octets), &mut store);
    // The same message again, and from a verifier who has seen nothing; as the octets of the message; out of its seal.
    assert_eq!(shown(&judge(sender, epoch, Reveal::Bundle(&octets), &mut store)), shown(&verdict));
    let framed = Object::Bundle(bundle.clone()).frame().and_then(|framed| framed.encode()).expect("it was encoded before");
    let carried = judge(sender, epoch, Reveal::ApplicationData(&framed), &mut store);
    assert_eq!((carried.code, shown(&carried)), (verdict.code, shown(&verdict)));
    sealed(input, &bundle, epoch);

    sound(&verdict, sender);
    let possible = |who: Who, epoch: u64| made.iter().any(|(made, _)| is_possible(made, who, epoch));
    assert!(!verdict.is_accepted() || possible(sender, epoch), "accepted, and nobody has made it: {verdict}");
    key_packages(&verdict, sender, &made, &bundle.items);
    // From somebody else, or of another epoch, it is what they have made themselves.
    for (who, when) in [(Who::Alice, EPOCHS[0]), (Who::Alice, EPOCHS[1]), (Who::Bob, EPOCHS[0]), (Who::Bob, EPOCHS[1])] {
        let other = judge(who, when, Reveal::Bundle(&octets), &mut store);
        sound(&other, who);
        assert!(!other.is_accepted() || possible(who, when), "accepted from another: {other}");
        key_packages(&other, who, &made, &bundle.items);
    }
    if is_good(input, sender, epoch) {
        assert_eq!(verdict.code, VerdictCode::Ok, "{verdict}");
        assert!(!verdict.claims.is_empty());
    }
    if verdict.key_packages.is_empty() { verdict.slug } else { "offered" }
}

/// Whether everything in the bundle is as its sender has made it, and she has done everything right.
fn is_good(input: &Input, sender: Who, epoch: u64) -> bool {
    let good = |made: &Made| matches!(made, Made::Presentation(it) if it.holder == sender && it.is_good(epoch));
    let count = 1..=8;
    input.edits.is_empty()
        && input.subject == sender
        && input.room == Place::Here
        && count.contains(&input.made.len())
        && input.made.iter().all(good)
}

fn is_possible(made: &Made, who: Who, epoch: u64) -> bool {
    matches!(made, Made::Presentation(it) if it.holder == who && it.is_possible(epoch))
}

/// What is shown under a good code is what the trusted issuer has signed for this member.
fn sound(verdict: &Verdict, sender: Who) {
    assert_eq!(verdict.acceptable, verdict.code.acceptable());
    assert!(verdict.claims.is_empty() || verdict.code.acceptable().shows_values());
    for claim in &verdict.claims {
        if matches!(claim.code, VerdictCode::Ok | VerdictCode::OkLapsed) {
            let value = claim.value.value().as_text().unwrap_or_default();
            assert!(truth(sender).contains(&value), "nobody has signed it: {verdict}");
        }
    }
    let counts = |code| matches!(code, VerdictCode::Ok | VerdictCode::OkLapsed);
    assert!(!verdict.is_accepted() || verdict.presentations.iter().any(|item| counts(item.code)), "{verdict}");
}

/// A KeyPackage that may be used is one that the other pseudonym has made to be offered by this member, here, beside an offer of hers of
/// which every octet is as it was signed.
fn key_packages(verdict: &Verdict, sender: Who, made: &[(&Made, BundleItem)], items: &[BundleItem]) {
    for usable in &verdict.key_packages {
        let of = made.iter().find_map(|(made, item)| match made {
            Made::KeyPackage(offered) if offered.is_good(sender) && item.data == usable.octets => Some(offered),
            _ => None,
        });
        let of = of.expect("a KeyPackage that nobody has made");
        assert_eq!((usable.salt, usable.user.as_str()), (of.salt(), world().other.user.as_str()));
        let is_offer =
            |made: &Made| matches!(made, Made::Offer(offered, until) if offered == of && NOW + i64::from(*until) >= RECEIVED_AT);
        let held = made.iter().any(|(made, item)| is_offer(made) && items.contains(item));
        assert!(held, "offered by nobody");
    }
}

/// Sealed to both members, with some octets exchanged: each of them finds the bundle in it or nothing, and if nothing was exchanged both
/// find it.
fn sealed(input: &Input, bundle: &DisclosureBundle, epoch: u64) {
    let context = sealing(epoch);
    let to = [0, 1].map(|leaf| Recipient { leaf, recipient_key: RECIPIENTS[leaf as usize].public() });
    let made = SealedDisclosure::seal(bundle, &context, &to, &mut Counter(1)).expect("keys of the suite");
    let octets = made.encode().expect("it is small");
    let mut changed = octets.clone();
    for (at, octet) in &input.sealed {
        let at = usize::from(*at) % changed.len();
        changed[at] ^= octet;
    }
    let received = SealedDisclosure::decode(&changed);
    assert!(received.is_ok() || changed != octets);
    let Ok(received) = received else { return };
    assert_eq!(received.encode().expect("it was read"), changed);
    for leaf in [0, 1] {
        match received.open(&context, leaf, &RECIPIENTS[leaf as usize]) {
            Ok(found) => assert_eq!(&found, bundle),
            // What cannot be read in the open cannot be read out of its seal either.
            Err(error) if error.code() == Code::Limit => assert!(bundle.items.len() > MAX_ITEMS),
            Err(error) => assert!(changed != octets, "sealed, and not opened: {error}"),
        }
        let elsewhere = SealingContext { epoch: epoch + 1, ..context };
        assert!(received.open(&elsewhere, leaf, &RECIPIENTS[leaf as usize]).is_err(), "opened elsewhere");
    }
}

fn sealing(epoch: u64) -> SealingContext<'static> {
    SealingContext { suite: Suite::X25519Aes128Ed25519, group_id: GROUP, epoch, sender_leaf: 0 }
}

static RECIPIENTS: LazyLock<[RecipientKey; 2]> = LazyLock::new(|| {
    [1, 2].map(|n| RecipientKey::generate(Suite::X25519Aes128Ed25519, &mut Counter(n << 32)).expect("it counts"))
});

fn judge(sender: Who, epoch: u64, reveal: Reveal<'_>, replay: &mut MemoryReplayStore) -> Verdict {
    let arrival =
        Arrival { sender: sender as u32, epoch, received_at: RECEIVED_AT, accepted_at: Some(ACCEPTED_AT), challenge: None };
    let (trust, status, settings) = (&world().trust, &NoStatusLists, Settings::default());
    let mut verifier = Verifier { trust, replay, status, disclosure_keys: &[], settings };
    verify(&world().snapshots, &arrival, reveal, &mut verifier).expect("a store in memory")
}

fn store() -> MemoryReplayStore {
    MemoryReplayStore::new(ReplayKey::from_octets([9; 32]))
}

/// Everything in a verdict, in words; but for the checks of the message, which know the carriage.
fn shown(verdict: &Verdict) -> String {
    let Verdict { code, note, presentations, rules, claims, key_packages, .. } = verdict;
    format!("{verdict} {code} {note:?} {presentations:?} {rules:?} {claims:?} {key_packages:?}")
}

#[cfg(test)]
mod tests;
