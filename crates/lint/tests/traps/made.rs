//! A provider whose batches are clean, and drafts of credentials in which one thing can be changed.

use std::collections::{BTreeSet, HashSet};

use mimicred_claims::{Key, Map, Redaction, RedactionPlan, Value};
use mimicred_cose::cwt;
use mimicred_keys::{Algorithm, Error, IssuerKey, Random, SecretKey, SeededRandom};
use mimicred_lint::{Item, Options, Report, lint};
use mimicred_uri::{Host, MimiUri, mint_client, mint_pseudonym};
use mimicred_x509::{Ca, CaProfile, PseudonymProfile, Validity, prepare_pseudonym, prepare_root};

/// Monday, 2026-09-21, midnight.
pub(crate) const MONDAY: i64 = 1_789_948_800;
pub(crate) const DAY: i64 = 86_400;
/// Items of a batch: enough for every check.
pub(crate) const MANY: usize = 64;
/// Status lists, among which each item's is drawn.
const LISTS: u64 = 4;

/// A source in which one length is not random: 16 octets are what a certificate's serial number asks for.
struct Planted<'r> {
    octets: [u8; 16],
    next: &'r mut dyn Random,
}

impl Random for Planted<'_> {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), Error> {
        match <&mut [u8; 16]>::try_from(&mut *out) {
            Ok(serial) => *serial = self.octets,
            Err(_) => self.next.fill(out)?,
        }
        Ok(())
    }
}

/// What a credential of any format is to be made of.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) key: std::rc::Rc<SecretKey>,
    pub(crate) user: MimiUri,
    pub(crate) client: MimiUri,
    pub(crate) from: i64,
    pub(crate) until: i64,
    pub(crate) iss: String,
    pub(crate) kid: String,
    pub(crate) status: Option<(String, u64)>,
    pub(crate) jti: Option<String>,
    pub(crate) name: String,
    pub(crate) min_digests: usize,
    pub(crate) by_thumbprint: bool,
    /// Claims that are shown in clear, beside those that always are.
    pub(crate) clear: Vec<(&'static str, String)>,
    /// Instead of a random serial number.
    pub(crate) serial: Option<[u8; 16]>,
    /// Which of two CAs.
    pub(crate) ca: usize,
}

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Made {
    X509,
    SdJwt,
    SdCwt,
}

impl Made {
    pub(crate) const ALL: [Self; 3] = [Self::X509, Self::SdJwt, Self::SdCwt];
    pub(crate) const TOKENS: [Self; 2] = [Self::SdJwt, Self::SdCwt];
}

/// An issuer with P-256 keys.
pub(crate) struct Provider {
    pub(crate) random: SeededRandom,
    host: Host,
    key: IssuerKey,
    cas: Vec<Ca>,
}

pub(crate) fn octets<const N: usize>(random: &mut dyn Random) -> [u8; N] {
    let mut octets = [0; N];
    random.fill(&mut octets).unwrap();
    octets
}

pub(crate) fn below(random: &mut dyn Random, limit: u64) -> u64 {
    u64::from_be_bytes(octets(random)) % limit
}

impl Provider {
    pub(crate) fn new(seed: u8) -> Self {
        let mut random = SeededRandom::new([seed; 32], "a provider");
        let key = IssuerKey::new(SecretKey::generate(Algorithm::P256, &mut random).unwrap());
        let cas = ["a.example MIMI CA 1", "a.example MIMI CA 2"].map(|name| {
            let profile = CaProfile::new(name, Validity::days(MONDAY - 400 * DAY, 3650).unwrap());
            Ca::from_certificate(&prepare_root(&profile, key.public(), &mut random).unwrap().sign(&key).unwrap()).unwrap()
        });
        Self { random, host: Host::parse("a.example").unwrap(), key, cas: cas.into() }
    }

    fn draft(&mut self, algorithm: Algorithm) -> Draft {
        let random = &mut self.random;
        Draft {
            key: SecretKey::generate(algorithm, random).unwrap().into(),
            user: mint_pseudonym(&self.host, octets(random)),
            client: mint_client(&self.host, octets(random)),
            from: MONDAY,
            until: MONDAY + 30 * DAY,
            iss: "https://id.a.example".to_owned(),
            kid: "2026-09".to_owned(),
            status: Some((format!("https://id.a.example/status/{}", below(random, LISTS)), 100_000 + below(random, 900_000))),
            jti: None,
            name: "Alice Meier".to_owned(),
            min_digests: 12,
            by_thumbprint: false,
            clear: Vec::new(),
            serial: None,
            ca: 0,
        }
    }

    /// Drafts of which no two have the same place in a list.
    pub(crate) fn drafts(&mut self, algorithm: Algorithm, count: usize) -> Vec<Draft> {
        let mut taken = HashSet::new();
        let mut drafts = Vec::new();
        while drafts.len() < count {
            let draft = self.draft(algorithm);
            if taken.insert(draft.status.clone()) {
                drafts.push(draft);
            }
        }
        drafts
    }

    pub(crate) fn make(&mut self, made: Made, draft: &Draft) -> Vec<u8> {
        match made {
            Made::X509 => self.certificate(draft),
            Made::SdJwt => self.sd_jwt(draft),
            Made::SdCwt => self.sd_cwt(draft),
        }
    }

    pub(crate) fn all(&mut self, made: Made, drafts: &[Draft]) -> Vec<Vec<u8>> {
        drafts.iter().map(|draft| self.make(made, draft)).collect()
    }

    fn certificate(&mut self, draft: &Draft) -> Vec<u8> {
        let validity = Validity::new(draft.from, draft.until).unwrap();
        let profile = PseudonymProfile::new(draft.key.public(), &draft.user, &draft.client, validity);
        let ca = &self.cas[draft.ca];
        let prepared = match draft.serial {
            Some(octets) => prepare_pseudonym(ca, &profile, &mut Planted { octets, next: &mut self.random }),
            None => prepare_pseudonym(ca, &profile, &mut self.random),
        };
        prepared.unwrap().sign(&self.key).unwrap().as_der().to_vec()
    }

    fn sd_jwt(&mut self, draft: &Draft) -> Vec<u8> {
        use mimicred_sd_jwt::{Confirmation, Issuer};
        let visible = ["sub", "iat", "jti"].into_iter().chain(draft.clear.iter().map(|(name, _)| *name)).map(Key::from);
        let plan = plan(visible.collect(), draft);
        let key = draft.key.public();
        let by = if draft.by_thumbprint { Confirmation::thumbprint_of(key) } else { Confirmation::Key(key) };
        let issuer = Issuer::new(self.key.public()).with_kid(&draft.kid);
        let prepared = issuer.prepare(claims(draft), by, &plan, &mut self.random).unwrap();
        prepared.sign(&self.key).unwrap().into_string().into_bytes()
    }

    fn sd_cwt(&mut self, draft: &Draft) -> Vec<u8> {
        use mimicred_sd_cwt::{Confirmation, Issuer};
        let clear = draft.clear.iter().map(|(name, _)| Key::from(*name));
        let plan = plan([cwt::SUB, cwt::CTI].map(Key::Int).into_iter().chain(clear).collect(), draft);
        let key = draft.key.public();
        let by = if draft.by_thumbprint { Confirmation::thumbprint_of(key) } else { Confirmation::Key(key) };
        let issuer = Issuer::new(self.key.public()).with_kid(draft.kid.as_bytes());
        let claims = cwt::from_names(claims(draft)).unwrap();
        let prepared = issuer.prepare(claims, by, &plan, &mut self.random).unwrap();
        prepared.sign(&self.key).unwrap().into_bytes()
    }
}

fn plan(visible: Vec<Key<'static>>, draft: &Draft) -> RedactionPlan {
    RedactionPlan::new(Redaction::All).with_visible(visible).with_min_digests(draft.min_digests)
}

fn claims(draft: &Draft) -> Map<'static> {
    let map = |entries: Vec<(&'static str, Value<'static>)>| {
        Map::from_entries(entries.into_iter().map(|(name, value)| (Key::from(name), value)).collect()).unwrap()
    };
    let mut entries = vec![
        ("iss", Value::from(draft.iss.clone())),
        ("sub", Value::from(draft.user.as_str().to_owned())),
        ("iat", Value::Int(draft.from.into())),
        ("exp", Value::Int(draft.until.into())),
        ("name", Value::from(draft.name.clone())),
        ("email", Value::from("alice@a.example")),
    ];
    entries.extend(draft.jti.clone().map(|jti| ("jti", Value::from(jti))));
    entries.extend(draft.clear.iter().map(|(name, value)| (*name, Value::from(value.clone()))));
    if let Some((uri, index)) = draft.status.clone() {
        let list = map(vec![("idx", Value::Int(index.into())), ("uri", Value::from(uri))]);
        entries.push(("status", Value::Map(map(vec![("status_list", Value::Map(list))]))));
    }
    map(entries)
}

/// These kinds are found, and no other one, notes included.
#[track_caller]
pub(crate) fn expect(batch: &[Vec<u8>], slugs: &[&str]) -> Report {
    expect_among(batch, &[], slugs)
}

/// The same with credentials of others to compare with.
#[track_caller]
pub(crate) fn expect_among(batch: &[Vec<u8>], known: &[Vec<u8>], slugs: &[&str]) -> Report {
    let [items, known] =
        [batch, known].map(|all| all.iter().map(|octets| Item { name: "made", octets: octets.as_slice() }).collect::<Vec<_>>());
    let report = lint(&items, &Options { known: &known, ..Options::default() }).unwrap();
    let found: BTreeSet<&str> = report.findings.iter().map(|finding| finding.kind.slug()).collect();
    let told: Vec<_> =
        report.findings.iter().map(|it| (it.kind.slug(), &it.field, &it.what, it.items.len(), &it.values)).collect();
    assert_eq!(found, slugs.iter().copied().collect(), "{told:#?}");
    report
}

/// A batch of Ed25519 keys in one format, in which each draft may be changed by its number; seed and batch are the same for each change.
pub(crate) fn batch(made: Made, change: impl Fn(usize, &mut Draft)) -> Vec<Vec<u8>> {
    let mut provider = Provider::new(200);
    let mut drafts = provider.drafts(Algorithm::Ed25519, MANY);
    drafts.iter_mut().enumerate().for_each(|(n, draft)| change(n, draft));
    // No order of its own, whatever was planted by number.
    drafts.sort_by_key(|draft| mimicred_keys::sha256(draft.client.as_str().as_bytes()));
    provider.all(made, &drafts)
}
