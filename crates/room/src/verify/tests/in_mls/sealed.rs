//! W4: what only the holders of a role may see (mimi-mls.md 3.5.5).

use mimicred_mls::SealedDisclosure;
use mimicred_mls::carriage::Carried;

use super::*;

const MODERATOR: u32 = 3;

/// Alice and Bob, a moderator, and Carol, who is none.
fn with_carol() -> (Meeting, Group) {
    let mut meeting = Meeting::with(&["application/mimi-disclosure-sealed"], |policy| policy.visible_to_roles = vec![MODERATOR]);
    let person = Person::new(&meeting.provider, 4);
    let key = Person::new(&meeting.provider, 4).key;
    let carol = Member::new(Suite::X25519Aes128Ed25519, key, person.credential.clone(), RoomRules, SystemRandom).unwrap();
    let carols = Participant { user: person.user, role_index: 2 };
    let commit = meeting.from.add(&[&carol.key_package(&lifetime()).unwrap()], vec![carols]).unwrap();
    meeting.from.merge().unwrap();
    meeting.to.receive(&commit.message).unwrap();
    let at_carol = carol.join(&commit.welcome.unwrap()).unwrap();
    let roles = mimicred_mls::component::ParticipantListUpdate { changed_roles: vec![(1, MODERATOR)], ..Default::default() };
    let change = mimicred_mls::group::Change { participants: Some(roles), ..Default::default() };
    let commit = meeting.from.commit(change).unwrap();
    meeting.from.merge().unwrap();
    meeting.to.receive(&commit.message).unwrap();
    let mut at_carol = at_carol;
    at_carol.receive(&commit.message).unwrap();
    meeting.bob = World::of_view(meeting.to.view().unwrap(), vec![meeting.provider.trusted_for(&["a.example"])]);
    (meeting, at_carol)
}

#[test]
fn moderators_judge_what_is_sealed_to_them_and_nobody_else_can_open_it() {
    for format in FORMATS {
        let (mut meeting, mut at_carol) = with_carol();
        let snapshot = EpochSnapshot::enter(&meeting.from.view().unwrap(), &meeting.bob.trust, NOW, None).unwrap();
        let leaves = snapshot.leaves_with_roles(&[MODERATOR]);
        assert_eq!(leaves, [meeting.to.own_index()]);
        let sealed = meeting.from.seal(&meeting.bundle(format), &leaves).unwrap();
        let content = sealed.encode().unwrap();
        let framed = ApplicationFraming { media_type: Some(MediaType::DisclosureSealed), content };
        let message = meeting.from.send(&framed.encode().unwrap()).unwrap();

        // Carol decrypts the message, and has every secret of the epoch; the seal is not hers.
        let listed = [MediaType::DisclosureSealed];
        let open = |group: &mut Group| {
            let Incoming::Application { sender, epoch, octets } = group.receive(&message).unwrap() else { panic!() };
            let Carried::Sealed(octets) = Carried::decode(&octets, &listed).unwrap() else { panic!() };
            assert!(!octets.windows(5).any(|part| part == b"Alice"));
            (sender, epoch, group.open(&SealedDisclosure::decode(&octets).unwrap(), sender, epoch))
        };
        let (_, _, opened) = open(&mut at_carol);
        assert_eq!(opened.unwrap_err().code(), mimicred_mls::Code::SealedForOthers);

        let (sender, epoch, opened) = open(&mut meeting.to);
        let octets = opened.unwrap().encode().unwrap();
        let verdict = meeting.bob.judge(sender, epoch, Reveal::Bundle(&octets), None, &NoStatusLists);
        assert_eq!(verdict.code, VerdictCode::Ok, "{verdict}");
        assert_eq!(verdict.claims[0].value.to_string(), "Alice Adams");
    }
}

/// What nobody has opened is judged by nobody.
#[test]
fn sealed_data_reveal_nothing_by_themselves() {
    let mut meeting = Meeting::with(&["application/mimi-disclosure-sealed"], |_| {});
    let verdict = meeting.send(&ApplicationFraming { media_type: Some(MediaType::DisclosureSealed), content: vec![1] });
    assert_eq!(verdict.code, VerdictCode::FormatNotAccepted, "{verdict}");
}

/// A role does not make a leaf known: nothing is sealed to one whose credential does not hold.
#[test]
fn nothing_is_sealed_to_a_leaf_that_nobody_knows() {
    let (meeting, _) = with_carol();
    let nobody = crate::TrustStore::new();
    let snapshot = EpochSnapshot::enter(&meeting.from.view().unwrap(), &nobody, NOW, None).unwrap();
    assert!(snapshot.leaves_with_roles(&[MODERATOR, 2]).is_empty());
}

/// mimi-mls 3.5.5: what does not open, or opens to another text than the hash says, is malformed; what is sealed to others is not for
/// us to judge. What opens is judged as any bundle, step 2 first.
#[test]
fn what_came_of_opening_it() {
    use mimicred_mls::{Code, Error};
    let mut meeting = Meeting::with(&["application/mimi-disclosure-sealed"], |_| {});
    let (sender, epoch) = (meeting.from.own_index(), meeting.bob.view.epoch);
    let bundle = meeting.bundle(DisclosureFormat::SdKbt);
    let elsewhere = DisclosureBundle { room_uri: uri("mimi://hub.example/r/other"), ..bundle.clone() };
    let failed = [Code::SealedKeyInvalid, Code::SealedContentInvalid, Code::SealedForOthers].map(Error::from);
    let [key, content, others] = &failed;
    for (opened, code) in [
        (Ok(&bundle), VerdictCode::Ok),
        (Ok(&elsewhere), VerdictCode::AudienceMismatch),
        (Err(key), VerdictCode::Malformed),
        (Err(content), VerdictCode::Malformed),
        (Err(others), VerdictCode::FormatNotAccepted),
    ] {
        let verdict = meeting.bob.judge(sender, epoch, Reveal::Sealed(opened), None, &NoStatusLists);
        assert_eq!(verdict.code, code, "{verdict}");
        assert_eq!(verdict.claims.is_empty(), code != VerdictCode::Ok);
    }
}
