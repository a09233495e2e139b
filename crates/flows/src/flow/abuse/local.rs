//! Provider B as it is: accounts, batches, a store, a desk; and what it publishes.

use std::collections::BTreeSet;
use std::sync::Arc;

use mimicred_claims::{Key, Map, Value, is_about_token};
use mimicred_escrow::{CustodianShare, Custody, Memory, deal};
use mimicred_jose::json;
use mimicred_keys::LeafKey;
use mimicred_mls::Credential;
use mimicred_provider::database::{Transaction, sqlite::Sqlite};
use mimicred_provider::{Config, Desk, DeskKeys, Format, IssuingKeys, Requests, TrustedHub};
use mimicred_x509::{
    CaProfile, Certificate, IssuanceBinding, SerialNumber, UnverifiedCrl, Validity, prepare_request, prepare_root,
};

use super::{A, B};
use crate::demo::{Leaf, Tokens};
use crate::flow::Options;
use crate::network::{Call, Channel, MESSAGE, Network, Persona, proofs_of};
use crate::record::View;
use crate::{Code, Error, Issued, Provider, Pseudonym};

const STEP: &str = "provider B works";
const DAY: i64 = 86_400;
/// Days since the CAs were made.
const CA_AGE: i64 = 400;
/// Entries of the revocation list that are set with each publication. One is cleared before its time.
pub(super) const FLIPS: u32 = 16;
/// Publications over which the pseudonyms of an account are spread.
pub(super) const SPREAD: u32 = 4;
/// Two of three custodians open.
pub(super) const QUORUM: (u8, u8) = (2, 3);

/// Provider B.
pub(super) struct Local {
    /// What issues.
    pub(super) provider: mimicred_provider::Provider,
    /// Where reports are read and remedies ordered.
    pub(super) desk: Desk,
    /// Whose reports it believes.
    pub(super) hubs: Vec<TrustedHub>,
    /// The keys by which A signs as a hub.
    pub(super) hub: IssuingKeys,
    pub(super) custody: Option<Custody>,
    /// The custodians, each with what she remembers of the log.
    pub(super) custodians: Vec<(CustodianShare, Memory)>,
    /// What it has published, in its order.
    pub(super) published: Vec<Published>,
    /// How many changes wait for their list, or for room on one.
    pub(super) waiting: u64,
}

/// A revocation list, as everybody can read it.
pub(super) struct Published {
    /// From when on it holds, in seconds since 1970.
    pub(super) at: i64,
    pub(super) serials: BTreeSet<SerialNumber>,
    pub(super) der: Vec<u8>,
}

impl Local {
    /// A and B with keys of their own instead of the modelled ones; B with a store.
    pub(super) fn new(network: &mut Network, options: &Options<'_>) -> Result<Self, Error> {
        let directory = options.directory.as_deref().ok_or(Code::DirectoryMissing)?;
        let (hub, _) = authority(network, options, A)?;
        let (keys, ca) = authority(network, options, B)?;
        let mut config = Config::new(B, vec![Format::X509], options.escrow).map_err(failed)?;
        (config.status.lists, config.status.flips) = (1, FLIPS);
        config.status.spread = SPREAD;
        let mut random = network.source.of("B's custodians");
        let dealt = config.escrow.has_custodians().then(|| deal(QUORUM.0, QUORUM.1, &mut random));
        let (custody, shares) = dealt.transpose().map_err(failed)?.map_or((None, Vec::new()), |(it, shares)| (Some(it), shares));
        let memory = custody.as_ref().map(Memory::start);
        let custodians = shares.into_iter().filter_map(|share| Some((share, memory?))).collect();
        let desk_keys = keys.desk().map_err(failed)?;
        let store = || Sqlite::open(&directory.join("store"), &desk_keys.key_check()).map(Box::new);
        let (one, other) = (store().map_err(failed)?, store().map_err(failed)?);
        // The desk has no other keys than these.
        let desk_keys = DeskKeys::from_octets(&desk_keys.to_octets()).map_err(failed)?;
        let desk = Desk::new(config.clone(), desk_keys, other);
        let provider = mimicred_provider::Provider::new(config, keys, &ca, custody.clone(), one).map_err(failed)?;
        let hubs = vec![TrustedHub { host: A.to_owned(), key: hub.token_public().clone() }];
        Ok(Self { provider, desk, hubs, hub, custody, custodians, published: Vec::new(), waiting: 0 })
    }

    /// An account at B; what it has in common with others are its claims.
    pub(super) fn add_account(&mut self, network: &Network, name: &str, claims: &Map<'_>) -> Result<(), Error> {
        let entries = claims.iter().filter(|(key, _)| !matches!(key, Key::Text(name) if is_about_token(name)));
        let mut entries: Vec<_> = entries.map(|(key, value)| (key.clone(), value.clone())).collect();
        if claims.text("phone_number").is_none() && !entries.is_empty() {
            entries.push((Key::from("phone_number"), Value::from("+1 555 0166")));
        }
        let claims = Map::from_entries(entries).map_err(failed)?;
        let text = json::write_map(&claims).map_err(|e| Error::new(Code::ClaimsUnusable).because(e))?;
        let mut random = network.source.of("B's accounts");
        let added = self.provider.add_account(name, &text, network.time(), &mut random);
        added.map_err(|e| Error::new(Code::ClaimsUnusable).because(e))
    }

    /// Publishes, and keeps what everybody sees of it.
    pub(super) fn publish(&mut self, network: &mut Network) -> Result<(), Error> {
        let now = network.time();
        let publication = self.provider.publish(now, &mut network.source.of("B publishes")).map_err(failed)?;
        self.waiting = publication.waiting;
        let crl = publication.crl.ok_or_else(|| Error::step(STEP, "no revocation list"))?;
        let der = crl.as_der().to_vec();
        let verified = UnverifiedCrl::from_der(&der).and_then(|crl| crl.verify(self.provider.ca_certificate(), now));
        let serials = verified.map_err(failed)?.revocations().iter().map(|revocation| revocation.serial).collect();
        network.sees("outside", View::Outside, "a revocation list", None, &der);
        self.published.push(Published { at: publication.at, serials, der });
        Ok(())
    }

    /// A client gets a batch of pseudonyms: a nonce, a request with a proof of possession for each of its keys, and the certificates.
    pub(super) fn issue(&mut self, network: &mut Network, device: &str, labels: &[&str]) -> Result<(), Error> {
        let account = network.device(device)?.account.clone();
        let call = |kind, answer, note| Call {
            kind,
            answer,
            path: format!("POST /issue/{account}"),
            channel: Channel::Login,
            room: None,
            note,
        };
        let (provider, now) = (&mut self.provider, network.time());
        let nonce = network.call(device, B, &call("NonceRequest", "Nonce", "for one batch"), b"", |network, _| {
            Ok(provider.nonce(&account, now, &mut network.source.of("B's nonces")).map_err(failed)?.to_vec())
        })?;
        let mut keys = Vec::new();
        for _ in labels {
            keys.push(Persona::key(network.suite(), &mut network.source.of(device))?);
        }
        let issuer = format!("https://id.{B}");
        let binding = IssuanceBinding { issuer: &issuer, nonce: &nonce };
        let request = |key: &Arc<LeafKey>| prepare_request(key.public(), &binding).and_then(|it| it.sign(key));
        let requests = keys.iter().map(request).collect::<Result<Vec<_>, _>>().map_err(failed)?;
        let body: String = requests.iter().map(mimicred_x509::Request::to_pem).collect();
        let note = proofs_of(keys.len());
        let answer = network.call(device, B, &call("Issuance", "Credentials", &note), body.as_bytes(), |network, body| {
            network.sees(B, View::Issuer, "an issuance request", None, body);
            let mut random = network.source.of("B's batches");
            let batch = provider.begin(&nonce, Requests::new(body), now, &mut random).map_err(failed)?;
            let source = network.source.clone();
            provider.make(&batch, &|| Box::new(source.of("B makes")), &mut |_, _| {}).map_err(failed)?;
            let mut answer = String::new();
            let mut each = |credential: &str| {
                answer.extend([credential, "\n"]);
                Ok(())
            };
            provider.hand_over(&batch, &mut each).map_err(failed)?;
            network.sees(B, View::Issuer, "issued credentials", None, answer.as_bytes());
            Ok(answer.into_bytes())
        })?;
        network.call(device, B, &call("Acknowledgement", "Forgotten", "all of it is here"), b"received", |_, _| {
            let batch = provider.batch(&nonce).map_err(failed)?.ok_or_else(|| Error::step(STEP, "no batch"))?;
            provider.acknowledge(&batch).map_err(failed)?;
            Ok(b"forgotten".to_vec())
        })?;
        let answer = String::from_utf8(answer).map_err(failed)?;
        for line in answer.lines() {
            let pseudonym = read(line)?;
            let subject = pseudonym.certificate.subject_key().map_err(failed)?;
            let found = keys.iter().zip(labels).find(|(key, _)| *key.public() == subject);
            let (key, label) = found.ok_or_else(|| Error::step(STEP, "a certificate for another key"))?;
            let persona = persona(network, label, key, pseudonym)?;
            network.device_mut(device)?.personas.push(persona);
        }
        Ok(())
    }

    /// Whether what the store keeps of a pseudonym has an account in it, as it stands there.
    pub(super) fn names_accounts(&mut self) -> Result<bool, Error> {
        let (mut accounts, mut kept) = (Vec::new(), Vec::new());
        let mut read = |transaction: &mut dyn Transaction| {
            let mut column = |query: &str| -> Result<Vec<Vec<u8>>, mimicred_provider::Error> {
                transaction.query(query, &[])?.into_iter().map(|mut row| row.octets()).collect()
            };
            accounts = column("SELECT id FROM accounts")?;
            kept = column("SELECT escrow FROM pseudonyms")?;
            kept.extend(column("SELECT handle FROM pseudonyms")?);
            Ok(())
        };
        self.provider.database().transact(&mut read).map_err(failed)?;
        let has = |octets: &Vec<u8>, account: &Vec<u8>| octets.windows(account.len()).any(|window| window == account);
        Ok(kept.iter().any(|octets| accounts.iter().any(|account| has(octets, account))))
    }
}

/// Keys for a provider, and what clients know of it from then on.
fn authority(network: &mut Network, options: &Options<'_>, host: &str) -> Result<(IssuingKeys, Certificate), Error> {
    let mut random = network.source.of(&format!("the keys of {host}"));
    let keys = IssuingKeys::generate(options.algorithm, &mut random).map_err(failed)?;
    let validity = Validity::days(network.time() - CA_AGE * DAY, 3650).map_err(failed)?;
    let profile = CaProfile::new(format!("{host} MIMI CA"), validity);
    let ca = prepare_root(&profile, keys.ca_public(), &mut random).and_then(|root| root.sign(&keys.ca())).map_err(failed)?;
    network.replace(Provider::with_keys(host, &ca, keys.ca(), keys.token())?)?;
    Ok((keys, ca))
}

/// A pseudonym as the batch has it.
fn read(line: &str) -> Result<Pseudonym, Error> {
    let answer = json::parse(line, &json::Limits::DEFAULT).map_err(failed)?;
    let member = |name: &str| {
        let text = answer.as_map().and_then(|map| map.text(name)).and_then(Value::as_text);
        text.map(str::to_owned).ok_or_else(|| Error::step(STEP, format!("an answer without {name}")))
    };
    let uri = |name: &str| member(name)?.parse().map_err(failed);
    let chain = Certificate::from_pem(&member("x509")?).map_err(failed)?;
    let certificate = chain.into_iter().next().ok_or_else(|| Error::step(STEP, "an answer without a certificate"))?;
    Ok(Pseudonym { user: uri("user")?, client: uri("client")?, certificate })
}

/// A client's leaf to be. It reveals nothing in this flow, so that its tokens say nothing.
fn persona(network: &mut Network, label: &str, key: &Arc<LeafKey>, pseudonym: Pseudonym) -> Result<Persona, Error> {
    let (suite, random, issued) = (network.suite(), network.source.of(label), Issued::on(network.began()));
    let leaf = Leaf { key: key.clone(), pseudonym };
    let mut issuing = network.source.of("B's tokens");
    let tokens = Tokens::issue(&network.server(B)?.issuer, &leaf, &Map::default(), &[], issued, &mut issuing)?;
    let Pseudonym { user, client, certificate } = leaf.pseudonym;
    let certificate = certificate.as_der().to_vec();
    let credential = Credential::X509(vec![certificate.clone()]);
    let member = Persona::member(suite, key, &credential, MESSAGE, random)?;
    let (label, key) = (label.to_owned(), key.clone());
    Ok(Persona { label, user, client, key, member, credential, certificate, tokens, careless: Vec::new(), made: Vec::new() })
}

/// A step of B's, or of its desk, that must work.
pub(super) fn failed(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::step(STEP, cause)
}
