//! Batches.

use std::collections::HashSet;

use mimicred_claims::{Clock, Value};
use mimicred_escrow::RECORD_LEN;
use mimicred_jose::{base64url, json};
use mimicred_keys::{Algorithm, LeafKey, PublicKey, SystemRandom};
use mimicred_provider::{Code, Escrow, Format, Provider, Remedy, UnverifiedProof, prepare_proof};
use mimicred_status::StatusReference;
use mimicred_x509::{Anchor, Certificate, Expectations, IssuanceBinding, Profile, UnverifiedChain};

use crate::cast::{Ground, House, ISSUER, NOW, act, answer, config, issue, leaf, leaves, requests, with_alice};

/// 2026-09-21 and 30 days later, 0:00 UTC.
const FROM: i64 = 20_717 * 86_400;
const UNTIL: i64 = 20_747 * 86_400;

/// One credential of an answer.
pub(crate) struct Credential {
    pub(crate) user: String,
    pub(crate) client: String,
    pub(crate) certificate: Option<Certificate>,
    pub(crate) sd_jwt: Option<String>,
    sd_cwt: Option<Vec<u8>>,
}

impl Credential {
    /// Where its status stands.
    pub(crate) fn reference(&self) -> StatusReference {
        let payload = base64url::decode(self.sd_jwt.as_ref().unwrap().split('.').nth(1).unwrap()).unwrap();
        let payload = json::parse_octets(&payload, &json::Limits::DEFAULT).unwrap();
        StatusReference::from_claim(payload.as_map().unwrap().text("status").unwrap()).unwrap()
    }
}

pub(crate) fn read(text: &str) -> Credential {
    let value = json::parse(text, &json::Limits::DEFAULT).unwrap();
    let member = |name: &str| value.as_map().unwrap().text(name).and_then(Value::as_text).map(str::to_owned);
    Credential {
        user: member("user").unwrap(),
        client: member("client").unwrap(),
        certificate: member("x509").map(|pem| Certificate::from_pem(&pem).unwrap().remove(0)),
        sd_jwt: member("sd-jwt"),
        sd_cwt: member("sd-cwt").map(|text| base64url::decode(&text).unwrap()),
    }
}

fn octets(leaves: &[LeafKey]) -> HashSet<Vec<u8>> {
    leaves.iter().map(|leaf| leaf.public().octets().to_vec()).collect()
}

/// The key of the pseudonym certificate, which is verified.
fn certified(provider: &Provider, credential: &Credential) -> PublicKey {
    let chain = UnverifiedChain::parse(vec![credential.certificate.as_ref().unwrap().as_der().to_vec()]).unwrap();
    let anchors = [Anchor::from_certificate(provider.ca_certificate()).unwrap()];
    let verified = chain.verify(&Expectations { anchors: &anchors, at: NOW, profile: Profile::Pseudonym }).unwrap();
    assert_eq!(verified.user_uri().unwrap().as_str(), credential.user);
    assert_eq!(verified.client_uri().unwrap().as_str(), credential.client);
    assert_eq!((verified.not_before(), verified.not_after()), (FROM, UNTIL));
    verified.subject_key().clone()
}

pub(crate) fn a_batch_is_issued_in_every_format(ground: &Ground) {
    let house = House::new(ground, config(Escrow::None));
    let mut provider = with_alice(&house);
    let mut leaves = leaves(4);
    leaves.extend([leaf(Algorithm::P256), leaf(Algorithm::P384)]);
    let answers = issue(&mut provider, "alice", &leaves, NOW).unwrap();
    let mut keys = HashSet::new();
    let (mut names, mut references) = (HashSet::new(), HashSet::new());
    for text in &answers {
        let credential = read(text);
        let key = certified(&provider, &credential);
        let issuers = [mimicred_sd_jwt::TrustedIssuer { issuer: ISSUER.into(), key: provider.token_key().clone() }];
        let clock = Clock { now: NOW, leeway: 0 };
        let expected = mimicred_sd_jwt::AcceptExpectations { issuers: &issuers, confirmation_key: &key, clock };
        let held = mimicred_sd_jwt::Held::accept(credential.sd_jwt.as_ref().unwrap(), &expected).unwrap();
        let claim = |name: &str| held.claims().text(name).cloned();
        assert_eq!(claim("mimi_user"), Some(Value::from(credential.user.as_str()).into_owned()));
        assert_eq!(claim("sub"), Some(Value::from(credential.client.as_str()).into_owned()));
        assert_eq!((claim("iat"), claim("exp")), (Some(Value::Int(FROM.into())), Some(Value::Int(UNTIL.into()))));
        assert_eq!(claim("name"), Some(Value::from("Alice Meier")));
        assert_eq!(held.disclosed().len(), 3);
        let reference = StatusReference::from_claim(&claim("status").unwrap()).unwrap();
        assert!((100_000..1_000_000).contains(&reference.index()));
        assert!(references.insert(reference.clone()));

        let issuers = [mimicred_sd_cwt::TrustedIssuer { issuer: ISSUER.into(), key: provider.token_key().clone() }];
        let clock = Clock { now: NOW, leeway: 0 };
        let expected = mimicred_sd_cwt::AcceptExpectations { issuers: &issuers, confirmation_key: &key, clock };
        let held = mimicred_sd_cwt::Held::accept(credential.sd_cwt.as_ref().unwrap(), &expected).unwrap();
        assert_eq!(held.claims().int(170), Some(&Value::from("Alice Meier")));
        // Both tokens and the certificate are of one pseudonym, and its status stands in one place.
        assert_eq!(held.claims().text("mimi_user"), Some(&Value::from(credential.user.as_str())));
        assert_eq!(StatusReference::from_claim(held.claims().int(65_535).unwrap()).unwrap(), reference);
        assert!(keys.insert(key.octets().to_vec()));
        assert!(names.insert(credential.user) && names.insert(credential.client));
    }
    assert_eq!(keys, octets(&leaves));
    assert_eq!(provider.account("alice", NOW).unwrap().live, 6);
    // They expire.
    assert_eq!(provider.account("alice", UNTIL).unwrap().live, 0);
}

/// mimi-mls.md 4.5 B-5: the order of the answer says nothing of that of the requests.
pub(crate) fn answers_come_in_random_order(ground: &Ground) {
    let mut config = config(Escrow::None);
    config.formats = vec![Format::X509];
    let house = House::new(ground, config);
    let mut provider = with_alice(&house);
    let leaves = leaves(40);
    let asked: Vec<Vec<u8>> = leaves.iter().map(|leaf| leaf.public().octets().to_vec()).collect();
    let answers = issue(&mut provider, "alice", &leaves, NOW).unwrap();
    let got: Vec<Vec<u8>> = answers.iter().map(|text| certified(&provider, &read(text)).octets().to_vec()).collect();
    // Of 40 in random order, 13 or more stay where they were about once in 13!, which is 6e9; and of the rises between neighbours, whose
    // mean is 19.5 with a deviation of 1.85, fewer than 4 or more than 35 come eight deviations off.
    let kept = asked.iter().zip(&got).filter(|(asked, got)| asked == got).count();
    assert!(kept <= 12, "{kept} of 40 stayed");
    let position = |key: &Vec<u8>| asked.iter().position(|asked| asked == key).unwrap();
    let positions: Vec<usize> = got.iter().map(position).collect();
    let rises = positions.windows(2).filter(|pair| pair[0] < pair[1]).count();
    assert!((4..=35).contains(&rises), "{rises} rises");
}

pub(crate) fn a_batch_goes_on_where_it_ended(ground: &Ground) {
    let house = House::new(ground, config(Escrow::None));
    let mut provider = with_alice(&house);
    let leaves = leaves(700);
    let nonce = provider.nonce("alice", NOW, &mut SystemRandom).unwrap();
    let batch = provider.begin(&nonce, requests(&leaves, &nonce), NOW, &mut SystemRandom).unwrap();
    assert_eq!((batch.total(), batch.validity()), (700, (FROM, UNTIL)));
    // Accepted: charged for at once, and not twice.
    assert_eq!(provider.account("alice", NOW).unwrap().live, 700);
    assert_eq!(provider.hand_over(&batch, &mut |_| Ok(())).unwrap_err().code(), Code::IssueFailed);
    assert_eq!(provider.acknowledge(&batch).unwrap_err().code(), Code::IssueFailed);

    // Ended in the middle of it.
    let stop = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        provider.make(&batch, &|| Box::new(SystemRandom), &mut |done, _| assert!(done == 0, "stop"))
    }));
    assert!(stop.is_err());
    drop(provider);
    let mut provider = house.open();
    let mut reversed = requests(&leaves, &nonce);
    reversed.reverse();
    assert_eq!(provider.begin(&nonce, reversed, NOW + 86_400 * 40, &mut SystemRandom).unwrap(), batch);
    let mut steps = Vec::new();
    provider.make(&batch, &|| Box::new(SystemRandom), &mut |done, total| steps.push((done, total))).unwrap();
    assert!(steps[0].0 > 0 && steps.last() == Some(&(700, 700)), "{steps:?}");
    let first = answer(&mut provider, &nonce);
    // The answer is the same as often as it is asked for, also after it was made again.
    provider.make(&batch, &|| Box::new(SystemRandom), &mut |_, _| {}).unwrap();
    assert_eq!(answer(&mut provider, &nonce), first);
    let keys: HashSet<Vec<u8>> = first.iter().map(|text| certified(&provider, &read(text)).octets().to_vec()).collect();
    assert_eq!(keys, octets(&leaves));
    provider.acknowledge(&batch).unwrap();
    assert_eq!(provider.batch(&nonce).unwrap(), None);
    assert_eq!(provider.account("alice", NOW).unwrap().live, 700);
    let again = provider.begin(&nonce, requests(&leaves, &nonce), NOW, &mut SystemRandom);
    assert_eq!(again.unwrap_err().code(), Code::NonceUnknown);
}

/// Whoever calls from a pool of one thread gets an answer as well.
pub(crate) fn one_thread_is_enough(ground: &Ground) {
    let house = House::new(ground, config(Escrow::None));
    let mut provider = with_alice(&house);
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let answers = one.install(|| issue(&mut provider, "alice", &leaves(1500), NOW).unwrap());
    assert_eq!(answers.len(), 1500);
}

pub(crate) fn two_processes_make_one_batch(ground: &Ground) {
    let mut config = config(Escrow::Open);
    config.formats = vec![Format::X509];
    let house = House::new(ground, config);
    let mut provider = with_alice(&house);
    let leaves = leaves(1500);
    let nonce = provider.nonce("alice", NOW, &mut SystemRandom).unwrap();
    let batch = provider.begin(&nonce, requests(&leaves, &nonce), NOW, &mut SystemRandom).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..3 {
            let (mut other, batch) = (house.open(), batch.clone());
            scope.spawn(move || other.make(&batch, &|| Box::new(SystemRandom), &mut |_, _| {}).unwrap());
        }
    });
    let answers = answer(&mut provider, &nonce);
    let keys: HashSet<Vec<u8>> = answers.iter().map(|text| certified(&provider, &read(text)).octets().to_vec()).collect();
    assert_eq!((answers.len(), keys), (1500, octets(&leaves)));
}

pub(crate) fn a_nonce_is_for_one_batch(ground: &Ground) {
    let house = House::new(ground, config(Escrow::None));
    let mut provider = with_alice(&house);
    let begin = |provider: &mut Provider, nonce: &[u8], leaves: &[LeafKey], now| {
        provider.begin(nonce, requests(leaves, nonce), now, &mut SystemRandom)
    };
    let (one, other) = (leaves(2), leaves(2));
    // Never given out; expired; used by other keys.
    assert_eq!(begin(&mut provider, &[7; 32], &one, NOW).unwrap_err().code(), Code::NonceUnknown);
    let nonce = provider.nonce("alice", NOW, &mut SystemRandom).unwrap();
    assert_eq!(begin(&mut provider, &nonce, &one, NOW + 25 * 3600).unwrap_err().code(), Code::NonceUnknown);
    let batch = begin(&mut provider, &nonce, &one, NOW).unwrap();
    assert_eq!(begin(&mut provider, &nonce, &other, NOW).unwrap_err().code(), Code::BatchDiffers);
    assert_eq!(begin(&mut provider, &nonce, &one[..1], NOW).unwrap_err().code(), Code::BatchDiffers);
    // What did not fit has changed nothing.
    assert_eq!(begin(&mut provider, &nonce, &one, NOW).unwrap(), batch);
    assert_eq!(provider.account("alice", NOW).unwrap().live, 2);
}

/// Whoever is accepted first has the nonce: what another process had read by then counts no more.
pub(crate) fn a_batch_that_is_begun_twice_is_of_who_was_first(ground: &Ground) {
    let house = House::new(ground, config(Escrow::None));
    let mut provider = with_alice(&house);
    let (one, other) = (leaves(3), leaves(3));
    let nonce = provider.nonce("alice", NOW, &mut SystemRandom).unwrap();
    let mut second = house.open();
    // While the first one reads its last request, the second one does all of it.
    let mut batch = None;
    let mut late = requests(&one, &nonce).into_iter().enumerate().map(|(n, request)| {
        if n == 2 {
            batch = Some(second.begin(&nonce, requests(&other, &nonce), NOW, &mut SystemRandom).unwrap());
        }
        request
    });
    let first = provider.begin(&nonce, &mut late, NOW, &mut SystemRandom);
    assert_eq!(first.unwrap_err().code(), Code::BatchDiffers);
    let batch = batch.unwrap();
    provider.make(&batch, &|| Box::new(SystemRandom), &mut |_, _| {}).unwrap();
    let keys: HashSet<Vec<u8>> =
        answer(&mut provider, &nonce).iter().map(|text| certified(&provider, &read(text)).octets().to_vec()).collect();
    assert_eq!(keys, octets(&other));
    assert_eq!(provider.account("alice", NOW).unwrap().live, 3);
    // Those of the first are as fresh as before, those of the second are not.
    assert!(issue(&mut provider, "alice", &one, NOW).is_ok());
    assert_eq!(issue(&mut provider, "alice", &other, NOW).unwrap_err().code(), Code::KeyReused);
}

/// Killed while requests were read, nothing has happened.
pub(crate) fn a_batch_that_was_never_accepted_leaves_nothing(ground: &Ground) {
    let house = House::new(ground, config(Escrow::None));
    let mut provider = with_alice(&house);
    let nonce = provider.nonce("alice", NOW, &mut SystemRandom).unwrap();
    let leaves = leaves(2100);
    let mut read = 0;
    let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let requests = requests(&leaves, &nonce).into_iter().inspect(|_| {
            read += 1;
            assert!(read < 2100, "killed");
        });
        provider.begin(&nonce, requests, NOW, &mut SystemRandom)
    }));
    assert!(ended.is_err());
    let health = provider.health(NOW).unwrap();
    assert_eq!((health.batches, health.to_make), (0, 0));
    assert_eq!(provider.account("alice", NOW).unwrap().live, 0);
    provider.begin(&nonce, requests(&leaves[..5], &nonce), NOW, &mut SystemRandom).unwrap();
}

pub(crate) fn one_bad_request_refuses_all(ground: &Ground) {
    let house = House::new(ground, config(Escrow::None));
    let mut provider = with_alice(&house);
    let nonce = provider.nonce("alice", NOW, &mut SystemRandom).unwrap();
    let leaves = leaves(3);
    let (ours, theirs) = (IssuanceBinding { issuer: ISSUER, nonce: &nonce }, "https://id.b.example");
    let stranger = leaf(Algorithm::Ed25519);
    let bad =
        |binding| UnverifiedProof::parse(&prepare_proof(stranger.public(), &binding, NOW).unwrap().sign(&stranger).unwrap());
    let bad = [
        (bad(IssuanceBinding { issuer: theirs, ..ours }), Code::ProofInvalid),
        (bad(IssuanceBinding { nonce: &[9; 32], ..ours }), Code::ProofInvalid),
        (UnverifiedProof::parse("no request"), Code::ProofMalformed),
    ];
    for (bad, code) in bad {
        let mut all = requests(&leaves, &nonce);
        all.insert(2, bad);
        let error = provider.begin(&nonce, all, NOW, &mut SystemRandom).unwrap_err();
        assert_eq!(error.code(), code);
        if code == Code::ProofInvalid {
            assert!(error.to_string().ends_with("(item 2)"), "{error}");
        }
        assert_eq!(provider.account("alice", NOW).unwrap().live, 0);
    }
    assert_eq!(provider.begin(&nonce, [], NOW, &mut SystemRandom).unwrap_err().code(), Code::BatchSize);
    // The good ones are not spoilt by it, and the nonce neither.
    provider.begin(&nonce, requests(&leaves, &nonce), NOW, &mut SystemRandom).unwrap();
}

/// Signatures are verified many at a time, and it is said which one is wrong.
pub(crate) fn one_wrong_signature_among_many_is_found(ground: &Ground) {
    let house = House::new(ground, config(Escrow::None));
    let mut provider = with_alice(&house);
    let nonce = provider.nonce("alice", NOW, &mut SystemRandom).unwrap();
    let binding = IssuanceBinding { issuer: ISSUER, nonce: &nonce };
    let leaves = leaves(300);
    for wrong in [0, 63, 64, 201, 299] {
        let mut all = requests(&leaves, &nonce);
        let good = prepare_proof(leaves[wrong].public(), &binding, NOW).unwrap().sign(&leaves[wrong]).unwrap();
        let (signed, signature) = good.rsplit_once('.').unwrap();
        // Nearly all of R is that of another signature by the same key; s is as it should be.
        let other = prepare_proof(leaves[wrong].public(), &binding, NOW + 1).unwrap().sign(&leaves[wrong]).unwrap();
        let forged = format!("{signed}.{}{}", &other.rsplit_once('.').unwrap().1[..42], &signature[42..]);
        all[wrong] = UnverifiedProof::parse(&forged);
        let error = provider.begin(&nonce, all, NOW, &mut SystemRandom).unwrap_err();
        assert_eq!(error.code(), Code::ProofInvalid);
        assert!(error.to_string().ends_with(&format!("(item {wrong})")), "{error}");
    }
    assert_eq!(provider.begin(&nonce, requests(&leaves, &nonce), NOW, &mut SystemRandom).unwrap().total(), 300);
}

/// mimi-mls.md 4.5 B-4 and B-22: within a batch, between batches, between accounts, whatever the form of the request.
pub(crate) fn a_key_has_one_pseudonym(ground: &Ground) {
    let house = House::new(ground, config(Escrow::None));
    let mut provider = with_alice(&house);
    provider.add_account("bob", "{}", NOW, &mut SystemRandom).unwrap();
    let leaves = leaves(3);
    issue(&mut provider, "alice", &leaves[..1], NOW).unwrap();
    let mut refused = |account: &str, leaves: &[&LeafKey]| {
        let nonce = provider.nonce(account, NOW, &mut SystemRandom).unwrap();
        let binding = IssuanceBinding { issuer: ISSUER, nonce: &nonce };
        let proofs = leaves
            .iter()
            .map(|leaf| UnverifiedProof::parse(&prepare_proof(leaf.public(), &binding, NOW).unwrap().sign(leaf).unwrap()));
        provider.begin(&nonce, proofs, NOW, &mut SystemRandom).map_err(|error| error.code())
    };
    assert_eq!(refused("alice", &[&leaves[1], &leaves[0]]), Err(Code::KeyReused));
    assert_eq!(refused("bob", &[&leaves[0]]), Err(Code::KeyReused));
    assert_eq!(refused("bob", &[&leaves[1], &leaves[1]]), Err(Code::KeyReused));
    // A batch that was refused has not used up its other keys.
    refused("bob", &[&leaves[1], &leaves[2]]).unwrap();
    let account = provider.account("bob", NOW).unwrap();
    assert_eq!((account.live, account.ready), (2, 9_998));
}

pub(crate) fn limits_hold(ground: &Ground) {
    let mut config = config(Escrow::None);
    config.formats = vec![Format::X509];
    config.batch = 8;
    let limits = &mut config.limits;
    (limits.live, limits.burst, limits.per_day, limits.newcomer_live, limits.minimum_age_days) = (12, 6, 3, 4, 7);
    let house = House::new(ground, config);
    let mut provider = with_alice(&house);
    let mut get =
        |count, now| issue(&mut provider, "alice", &leaves(count), now).map(|answer| answer.len()).map_err(|error| error.code());
    assert_eq!(get(5, NOW), Err(Code::Refused));
    assert_eq!(get(4, NOW), Ok(4));
    let week = NOW + 7 * 86_400;
    assert_eq!(get(9, week), Err(Code::BatchSize));
    assert_eq!(get(7, week), Err(Code::Refused));
    assert_eq!(get(6, week), Ok(6));
    assert_eq!(get(1, week), Err(Code::Refused));
    assert_eq!(get(1, week + 8 * 3600), Ok(1));
    // Twelve live ones are the most, whatever is in the bucket; when they expire there is room again.
    assert_eq!(get(2, week + 10 * 86_400), Err(Code::Refused));
    assert_eq!(get(1, week + 10 * 86_400), Ok(1));
    assert_eq!(get(2, week + 24 * 86_400), Ok(2));
    let account = provider.account("alice", week + 24 * 86_400).unwrap();
    assert_eq!((account.live, account.ready), (10, 4));
}

pub(crate) fn what_was_refused_costs_nothing(ground: &Ground) {
    let mut config = config(Escrow::None);
    (config.limits.burst, config.limits.per_day) = (5, 0);
    let house = House::new(ground, config);
    let mut provider = with_alice(&house);
    let nonce = provider.nonce("alice", NOW, &mut SystemRandom).unwrap();
    let all = leaves(6);
    let error = provider.begin(&nonce, requests(&all, &nonce), NOW, &mut SystemRandom).unwrap_err();
    assert_eq!(error.code(), Code::Refused);
    // It says no number, nor which limit it was (B-16, B-23).
    assert_eq!(error.to_string(), "no pseudonyms are issued to this account now");
    let account = provider.account("alice", NOW).unwrap();
    assert_eq!((account.live, account.ready), (0, 5));
    let batch = provider.begin(&nonce, requests(&all[..5], &nonce), NOW, &mut SystemRandom).unwrap();
    assert_eq!(batch.total(), 5);
    assert_eq!(provider.account("alice", NOW).unwrap().ready, 0);
}

pub(crate) fn who_is_suspended_gets_nothing(ground: &Ground) {
    let house = House::new(ground, config(Escrow::None));
    let mut provider = with_alice(&house);
    let nonce = provider.nonce("alice", NOW, &mut SystemRandom).unwrap();
    act(&mut provider, "alice", Remedy::SuspendAccount).unwrap();
    assert_eq!(provider.nonce("alice", NOW, &mut SystemRandom).unwrap_err().code(), Code::AccountUnknown);
    let leaves = leaves(2);
    let begin = |provider: &mut Provider| {
        provider.begin(&nonce, requests(&leaves, &nonce), NOW, &mut SystemRandom).map_err(|error| error.code())
    };
    assert_eq!(begin(&mut provider).map(|_| ()), Err(Code::Refused));
    act(&mut provider, "alice", Remedy::Reinstate).unwrap();
    let batch = begin(&mut provider).unwrap();
    // Also of a batch that was accepted; and of whoever is deleted nothing of it is left.
    let make =
        |provider: &mut Provider| provider.make(&batch, &|| Box::new(SystemRandom), &mut |_, _| {}).map_err(|error| error.code());
    act(&mut provider, "alice", Remedy::SuspendAccount).unwrap();
    assert_eq!(make(&mut provider), Err(Code::Refused));
    act(&mut provider, "alice", Remedy::DeleteAccount).unwrap();
    assert_eq!(make(&mut provider), Err(Code::Refused));
    let health = provider.health(NOW).unwrap();
    assert_eq!((health.batches, health.to_make, health.pseudonyms), (0, 0, 0));
}

/// What a row keeps of the account has one size by mode, and says it or does not.
pub(crate) fn every_mode_keeps_what_it_says(ground: &Ground) {
    for (n, escrow) in Escrow::ALL.into_iter().enumerate() {
        if n > 0 && matches!(ground, Ground::Postgres(_)) {
            // One database has one store.
            continue;
        }
        let own = Ground::sqlite();
        let ground = if matches!(ground, Ground::Postgres(_)) { ground } else { &own };
        let house = House::new(ground, config(escrow));
        let mut provider = with_alice(&house);
        issue(&mut provider, "alice", &leaves(5), NOW).unwrap();
        let mut kept = Vec::new();
        let mut ids = Vec::new();
        provider
            .database()
            .transact(&mut |transaction| {
                kept.clear();
                for mut row in transaction.query("SELECT escrow FROM pseudonyms", &[])? {
                    kept.push(row.octets()?);
                }
                ids = transaction
                    .query("SELECT id FROM accounts", &[])?
                    .into_iter()
                    .map(|mut row| row.octets())
                    .collect::<Result<_, _>>()?;
                Ok(())
            })
            .unwrap();
        let size = match escrow {
            Escrow::Open => 16,
            Escrow::Blind => 12 + 16 + 16,
            Escrow::Sealed | Escrow::Threshold => RECORD_LEN,
            Escrow::None => 0,
        };
        assert!(kept.len() == 5 && kept.iter().all(|kept| kept.len() == size), "{escrow:?}");
        let says = |kept: &Vec<u8>| kept.windows(16).any(|window| ids.iter().any(|id| id == window));
        assert_eq!(kept.iter().all(says), escrow == Escrow::Open, "{escrow:?}");
        assert!(escrow == Escrow::Open || !kept.iter().any(says));
    }
}
