//! Reveals on files: every input given, and each waived in turn.

use mimicred_claims::Selection;

use crate::policy::DisclosureFormat;
use crate::testing::*;
use crate::verdict::Outcome;
use crate::{
    Arrival, EpochSnapshot, FileInputs, GivenLeaf, Input, MemoryReplayStore, NoStatusLists, PolicyState, ReplayKey, Reveal,
    Settings, Snapshots, TrustStore, Verdict, VerdictCode, Verifier, Waivable, verify,
};

pub(super) struct Files {
    pub(super) provider: Provider,
    pub(super) person: Person,
    pub(super) trust: TrustStore,
    pub(super) world: World,
}

pub(super) fn files() -> Files {
    let provider = Provider::new("a.example", 1);
    let person = Person::new(&provider, 2);
    let mut trust = TrustStore::new();
    trust.add(provider.trusted_for(&["a.example"]));
    let world = World::new(&policy(&[(&provider, "a.example")]), vec![provider.trusted_for(&["a.example"])], &[&person]);
    Files { provider, person, trust, world }
}

impl Files {
    pub(super) fn inputs(&self) -> FileInputs<'_> {
        let context = self.world.context(0);
        let leaf = GivenLeaf { key: Some(self.person.key.public().clone()), credential: self.person.credential.clone() };
        FileInputs {
            room: Input::Given(context.room_uri),
            leaf: Input::Given(leaf),
            group_id: Input::Given(context.group_id),
            epoch: Input::Given(context.epoch),
            nonce: Input::Given(context.nonce),
            policy: Input::Given(self.world.snapshots.current().unwrap().policy().clone()),
            trust: Input::Given(&self.trust),
        }
    }
}

pub(super) fn judge(inputs: FileInputs<'_>, trust: &TrustStore, bundle: &[u8]) -> Verdict {
    let snapshot = EpochSnapshot::from_files(inputs, NOW);
    let arrival = Arrival {
        sender: EpochSnapshot::FILE_SENDER,
        epoch: snapshot.epoch(),
        received_at: NOW + 5,
        accepted_at: None,
        challenge: None,
    };
    let mut replay = MemoryReplayStore::new(ReplayKey::from_octets([1; 32]));
    let settings = Settings::default();
    let mut verifier = Verifier { trust, replay: &mut replay, status: &NoStatusLists, disclosure_keys: &[], settings };
    verify(&Snapshots::only(snapshot), &arrival, Reveal::Bundle(bundle), &mut verifier).unwrap()
}

pub(super) fn waive(inputs: &mut FileInputs<'_>, input: Waivable) {
    match input {
        Waivable::Room => inputs.room = Input::Waived,
        Waivable::Leaf => inputs.leaf = Input::Waived,
        Waivable::GroupId => inputs.group_id = Input::Waived,
        Waivable::Epoch => inputs.epoch = Input::Waived,
        Waivable::Nonce => inputs.nonce = Input::Waived,
        Waivable::Policy => inputs.policy = Input::Waived,
        Waivable::Trust => inputs.trust = Input::Waived,
    }
}

const ALL: [Waivable; 7] =
    [Waivable::Room, Waivable::Leaf, Waivable::GroupId, Waivable::Epoch, Waivable::Nonce, Waivable::Policy, Waivable::Trust];

#[test]
fn with_every_input_it_can_be_ok() {
    for format in FORMATS {
        let files = files();
        let owned = identity(format, &files.provider, files.person.key.public(), &alice(), NOW + YEAR);
        let sent = bundle(files.world.context(0), &owned, &select(format, &["name"]), &files.person.key).encode().unwrap();
        let verdict = judge(files.inputs(), &files.trust, &sent);
        assert_eq!(verdict.code, VerdictCode::Ok, "{verdict}");
        // The leaf can be given as its credential alone.
        let mut inputs = files.inputs();
        inputs.leaf = Input::Given(GivenLeaf { key: None, credential: files.person.credential.clone() });
        assert_eq!(judge(inputs, &files.trust, &sent).code, VerdictCode::Ok);
    }
}

/// Whatever is waived, and however much, the reveal is never accepted.
#[test]
fn with_any_input_waived_it_is_never_ok() {
    for format in FORMATS {
        let files = files();
        let owned = identity(format, &files.provider, files.person.key.public(), &alice(), NOW + YEAR);
        let sent = bundle(files.world.context(0), &owned, &select(format, &["name"]), &files.person.key).encode().unwrap();
        for mask in 1_u32..128 {
            let mut inputs = files.inputs();
            let waived: Vec<_> =
                ALL.into_iter().zip(0..).filter(|(_, bit)| mask & (1 << bit) != 0).map(|(input, _)| input).collect();
            waived.iter().for_each(|input| waive(&mut inputs, *input));
            let nobody = TrustStore::new();
            let trust = if waived.contains(&Waivable::Trust) { &nobody } else { &files.trust };
            let verdict = judge(inputs, trust, &sent);
            assert!(!verdict.is_accepted(), "{waived:?} {verdict}");
            assert_eq!(verdict.code, VerdictCode::CheckWaived, "{waived:?} {verdict}");
            assert_eq!(verdict.waived.len(), waived.len());
            // Without a trust store nothing of the token is known to be true.
            assert_eq!(verdict.claims.is_empty(), waived.contains(&Waivable::Trust), "{waived:?} {verdict}");
        }
    }
}

/// What is not waived is still checked.
#[test]
fn what_is_given_is_checked() {
    let files = files();
    let owned = identity(DisclosureFormat::SdKbt, &files.provider, files.person.key.public(), &alice(), NOW + YEAR);
    let sent = bundle(files.world.context(0), &owned, &Selection::All, &files.person.key).encode().unwrap();
    type Change = fn(&mut FileInputs<'_>);
    let cases: [(VerdictCode, Waivable, Change); 4] = [
        (VerdictCode::AudienceMismatch, Waivable::Nonce, |inputs| inputs.room = Input::Given(uri("mimi://hub.example/r/other"))),
        (VerdictCode::NonceMismatch, Waivable::Room, |inputs| inputs.nonce = Input::Given(vec![0; 32])),
        (VerdictCode::PolicyMissing, Waivable::Nonce, |inputs| inputs.policy = Input::Given(PolicyState::Missing)),
        (VerdictCode::LeafUnverified, Waivable::Nonce, |inputs| {
            let credential = mimicred_mls::Credential::Basic(b"me".to_vec());
            inputs.leaf = Input::Given(GivenLeaf { key: None, credential });
        }),
    ];
    for (code, waived, change) in cases {
        let mut inputs = files.inputs();
        waive(&mut inputs, waived);
        change(&mut inputs);
        let verdict = judge(inputs, &files.trust, &sent);
        assert_eq!(verdict.code, code, "{verdict}");
        assert!(verdict.claims.is_empty());
    }
    let mut inputs = files.inputs();
    waive(&mut inputs, Waivable::Nonce);
    let verdict = judge(inputs, &files.trust, &sent);
    let nonce = verdict.presentations[0].checks.iter().find(|check| check.name == "nonce").unwrap();
    assert_eq!(nonce.outcome, Outcome::Waived);
}
