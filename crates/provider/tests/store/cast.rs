//! A provider with a store of some engine, and clients that ask it for pseudonyms.

use mimicred_escrow::{CustodianShare, Custody, deal};
use mimicred_keys::{Algorithm, HashAlgorithm, LeafKey, SecretKey, SystemRandom, hkdf_expand, hmac};
use mimicred_provider::database::postgres::{Postgres, ServerTrust};
use mimicred_provider::database::{Database, Transaction, sqlite::Sqlite};
use mimicred_provider::{
    Applied, Code, Config, Desk, DeskKeys, Error, Escrow, Format, IssuingKeys, Provider, Reach, Remedy, UnverifiedProof, Urgency,
    prepare_proof,
};
use mimicred_x509::{CaProfile, Certificate, IssuanceBinding, Validity, prepare_request, prepare_root};
use tempfile::TempDir;

use crate::server::Server;

/// 2026-09-21T14:13:20Z.
pub(crate) const NOW: i64 = 1_790_000_000;
pub(crate) const ISSUER: &str = "https://id.a.example";
pub(crate) const CLAIMS: &str = r#"{"name": "Alice Meier", "email": "alice@a.example", "phone_number": "+1 555 0100"}"#;

/// Where the stores of one scenario are.
pub(crate) enum Ground {
    Sqlite(TempDir),
    Postgres(String),
}

impl Ground {
    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    pub(crate) fn postgres(server: &Server) -> Self {
        Self::Postgres(server.fresh_database())
    }

    pub(crate) fn open(&self, keys: &IssuingKeys) -> Result<Box<dyn Database>, Error> {
        let check = keys.desk()?.key_check();
        Ok(match self {
            Ground::Sqlite(directory) => Box::new(Sqlite::open(&directory.path().join("store"), &check)?),
            Ground::Postgres(url) => Box::new(Postgres::connect(url, None, &ServerTrust::System, &check)?),
        })
    }
}

/// The configuration of the tests: every format, and limits that are not in the way.
pub(crate) fn config(escrow: Escrow) -> Config {
    let mut config = Config::new("a.example", Format::ALL.to_vec(), escrow).unwrap();
    (config.limits.live, config.limits.burst, config.limits.newcomer_live) = (10_000, 10_000, 10_000);
    config
}

/// Keys that live longer than one opening of the store.
pub(crate) struct House<'g> {
    pub(crate) ground: &'g Ground,
    keys: zeroize::Zeroizing<Vec<u8>>,
    ca: Certificate,
    pub(crate) config: Config,
    custody: Option<Custody>,
    pub(crate) shares: Vec<CustodianShare>,
}

impl<'g> House<'g> {
    pub(crate) fn new(ground: &'g Ground, config: Config) -> Self {
        let keys = IssuingKeys::generate(Algorithm::P256, &mut SystemRandom).unwrap();
        let profile = CaProfile::new("a.example MIMI CA", Validity::days(NOW - 86_400, 3650).unwrap());
        let ca = prepare_root(&profile, keys.ca_public(), &mut SystemRandom).unwrap().sign(&keys.ca()).unwrap();
        let dealt = config.escrow.has_custodians().then(|| deal(2, 3, &mut SystemRandom).unwrap());
        let (custody, shares) = dealt.map_or((None, Vec::new()), |(custody, shares)| (Some(custody), shares));
        Self { ground, keys: keys.to_octets(), ca, config, custody, shares }
    }

    pub(crate) fn keys(&self) -> IssuingKeys {
        IssuingKeys::from_octets(&self.keys).unwrap()
    }

    /// The public part of the custodians' keys.
    pub(crate) fn custody(&self) -> &Custody {
        self.custody.as_ref().unwrap()
    }

    /// The provider, once more.
    pub(crate) fn open(&self) -> Provider {
        let keys = self.keys();
        let database = self.ground.open(&keys).unwrap();
        Provider::new(self.config.clone(), keys, &self.ca, self.custody.clone(), database).unwrap()
    }

    /// Its desk, which has no other keys.
    pub(crate) fn desk(&self) -> Desk {
        let database = self.ground.open(&self.keys()).unwrap();
        let keys = DeskKeys::from_octets(&self.keys().desk().unwrap().to_octets()).unwrap();
        Desk::new(self.config.clone(), keys, database)
    }

    /// The numbers of a query.
    pub(crate) fn rows(&self, provider: &mut Provider, query: &str) -> Vec<i64> {
        let mut rows = Vec::new();
        let mut work = |transaction: &mut dyn Transaction| {
            // A bare number has 32 bits to one engine.
            let query = query.replace("SELECT 1 ", "SELECT CAST(1 AS BIGINT) ");
            rows = transaction.query(&query, &[])?.into_iter().map(|mut row| row.int()).collect::<Result<_, _>>()?;
            Ok(())
        };
        provider.database().transact(&mut work).unwrap();
        rows
    }

    /// How the store calls a pseudonym: HMAC-SHA256 of its URI under a key that HKDF makes of the root.
    pub(crate) fn handle(&self, uri: &str) -> Vec<u8> {
        let root = &self.keys[b"mimicred provider keys v1".len()..][..32];
        let key = hkdf_expand(HashAlgorithm::Sha256, root, b"mimicred provider v1 handle", 32).unwrap();
        hmac(HashAlgorithm::Sha256, &key, uri.as_bytes()).to_vec()
    }
}

/// Does this to an account, at once.
pub(crate) fn act(provider: &mut Provider, account: &str, remedy: Remedy) -> Result<Applied, Error> {
    provider.act(account, remedy, Reach::Account, Urgency::Ordinary, NOW, &mut SystemRandom)
}

/// A provider with an account `alice`.
pub(crate) fn with_alice(house: &House<'_>) -> Provider {
    let mut provider = house.open();
    provider.add_account("alice", CLAIMS, NOW, &mut SystemRandom).unwrap();
    provider
}

pub(crate) fn leaf(algorithm: Algorithm) -> LeafKey {
    LeafKey::new(SecretKey::generate(algorithm, &mut SystemRandom).unwrap()).unwrap()
}

pub(crate) fn leaves(count: usize) -> Vec<LeafKey> {
    (0..count).map(|_| leaf(Algorithm::Ed25519)).collect()
}

/// One request for each key, half of them as certification requests and half as key proofs.
pub(crate) fn requests(leaves: &[LeafKey], nonce: &[u8]) -> Vec<Result<UnverifiedProof, Error>> {
    let binding = IssuanceBinding { issuer: ISSUER, nonce };
    let request = |(n, leaf): (usize, &LeafKey)| {
        if n % 2 == 0 {
            let request = prepare_request(leaf.public(), &binding).unwrap().sign(leaf).unwrap();
            UnverifiedProof::parse(&request.to_pem())
        } else {
            UnverifiedProof::parse(&prepare_proof(leaf.public(), &binding, NOW).unwrap().sign(leaf).unwrap())
        }
    };
    leaves.iter().enumerate().map(request).collect()
}

/// A whole batch, from nonce to answer; acknowledged.
pub(crate) fn issue(provider: &mut Provider, account: &str, leaves: &[LeafKey], now: i64) -> Result<Vec<String>, Error> {
    let nonce = provider.nonce(account, now, &mut SystemRandom)?;
    let batch = provider.begin(&nonce, requests(leaves, &nonce), now, &mut SystemRandom)?;
    provider.make(&batch, &|| Box::new(SystemRandom), &mut |_, _| {})?;
    let answer = answer(provider, &nonce);
    provider.acknowledge(&batch)?;
    Ok(answer)
}

/// What a batch hands over.
pub(crate) fn answer(provider: &mut Provider, nonce: &[u8]) -> Vec<String> {
    let batch = provider.batch(nonce).unwrap().unwrap();
    let mut answer = Vec::new();
    let mut each = |credential: &str| {
        answer.push(credential.to_owned());
        Ok(())
    };
    provider.hand_over(&batch, &mut each).unwrap();
    answer
}

/// Only the server with the certificate that the client was told to believe is talked to.
pub(crate) fn a_server_is_verified(server: &Server) {
    let connect = |host: &str, roots: Vec<Vec<u8>>| {
        let url = server.tls_url(host);
        Postgres::connect(&url, None, &ServerTrust::Roots(roots), &[7; 32])
    };
    let roots = || vec![server.authority().to_vec()];
    connect("localhost", roots()).unwrap();
    // By an address that its certificate does not name; by an authority that is another; by none.
    let other = Server::another_authority();
    for (host, roots) in [("127.0.0.1", roots()), ("localhost", vec![other]), ("localhost", vec![])] {
        assert_eq!(connect(host, roots).err().map(|error| error.code()), Some(Code::StoreUnreachable), "{host}");
    }
    let spoken = Postgres::connect("postgres://mimicred:secret@localhost/x", None, &ServerTrust::System, &[7; 32]);
    assert_eq!(spoken.err().unwrap().to_string(), "the database server cannot be used: the URL has a password in it");
}
