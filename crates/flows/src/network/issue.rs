//! A provider issues to its own users: pseudonyms in batches, and identities.

use std::sync::Arc;

use mimicred_claims::{ClaimPath, Map};
use mimicred_jose::base64url;
use mimicred_keys::{LeafKey, PublicKey, Random};
use mimicred_mls::component::{KeyPackageUsage, Participant, ParticipantListUpdate};
use mimicred_mls::group::{Change, HubIdentity};
use mimicred_mls::handshake::HubKey;
use mimicred_mls::tls::{Reader, Writer};
use mimicred_mls::{Credential, Suite};
use mimicred_uri::MimiUri;
use mimicred_x509::{IssuanceBinding, UnverifiedRequest, prepare_request};

use super::persona::MESSAGE;
use super::room_setup::{KNOCKER, MEMBER, MODERATOR};
use super::{Call, Channel, Network, Persona, RoomSetup};
use crate::demo::{Leaf, Tokens};
use crate::record::View;
use crate::{Error, Issued, Pseudonym};

const STEP: &str = "a pseudonym is issued";
const MAX_REQUEST: usize = 64 * 1024;
const MAX_BATCH: usize = 1024;

/// Whose name is on what is issued.
pub(crate) enum Named<'a> {
    /// A fresh one for each key.
    Fresh,
    /// One for all of them: the clients of one user.
    Shared(&'a MimiUri),
    /// The user's real URI.
    Real(&'a MimiUri),
}

/// How many there are in the largest room of the crowd.
const MOST_PARTICIPANTS: u32 = 5;
/// So many certificates and KeyPackages of everybody in the crowd.
const SIGNATURES: usize = 6;
/// Their providers, and their roles.
const HOSTS: [&str; 3] = ["a.example", "b.example", "c.example"];
const ROLES: [u32; 3] = [MEMBER, MODERATOR, KNOCKER];

/// What is said of a request for so many credentials.
pub(crate) fn proofs_of(keys: usize) -> String {
    match keys {
        1 => "1 key, with its proof of possession".to_owned(),
        keys => format!("{keys} keys, each with its proof of possession"),
    }
}

/// What is to be said of somebody.
pub(crate) struct Claims<'a> {
    pub(crate) all: &'a Map<'a>,
    /// What of it her identity certificate says, from which nothing can be left out later.
    pub(crate) certified: &'a [ClaimPath],
    /// What of it a careless client discloses to everybody.
    pub(crate) careless: &'a [ClaimPath],
}

impl Network {
    /// A client has its provider issue for a batch of fresh keys, each with the proof that it has the key: a certificate for the leaf,
    /// and tokens with the account's claims, all redacted, for the same key.
    pub(crate) fn issue(
        &mut self,
        device: &str,
        labels: &[&str],
        named: &Named<'_>,
        claims: &Claims<'_>,
    ) -> Result<Vec<Persona>, Error> {
        let (host, account) = (self.device(device)?.host.clone(), self.device(device)?.account.clone());
        let suite = self.suite();
        let mut keys = Vec::with_capacity(labels.len());
        for _ in labels {
            let key = match keys.first() {
                Some(first) if self.faults.one_key => Arc::clone(first),
                _ => Persona::key(suite, &mut self.source.of(device))?,
            };
            keys.push(key);
        }
        let nonce = self.draw::<16>("issuance")?;
        let issuer = format!("https://id.{host}");
        let binding = IssuanceBinding { issuer: &issuer, nonce: &nonce };
        let requests = keys.iter().map(|key| request(key, &binding)).collect::<Result<Vec<_>, _>>()?;
        let body = Writer::new().list(&requests, |writer, der| writer.vector(der)).finish().map_err(|e| Error::step(STEP, e))?;
        let note = proofs_of(keys.len());
        let call = Call {
            kind: "Issuance",
            answer: "Credentials",
            path: format!("POST /issue/{account}"),
            channel: Channel::Login,
            room: None,
            note: &note,
        };

        let mut personas = Vec::new();
        self.call(device, &host, &call, &body, |network, body| {
            let said = claims.all.iter().map(|(key, value)| format!("{key:?}: {value:?}")).collect::<Vec<_>>().join("\n");
            network.sees(&host, View::Issuer, "the account's claims", None, said.as_bytes());
            network.sees(&host, View::Issuer, "an issuance request", None, body);
            let proven = proven(body, &binding)?;
            let mut answer = Writer::new();
            for ((key, label), proven) in keys.iter().zip(labels).zip(&proven) {
                let mut random = network.source.of(&format!("{host} issues"));
                let persona = network.persona(&host, label, (key, proven), named, claims, &mut random)?;
                answer = answer.vector(&persona.certificate).vector(&persona.tokens.sd_cwt);
                answer = answer.vector(persona.tokens.sd_jwt.as_bytes());
                personas.push(persona);
            }
            let answer = answer.finish().map_err(|e| Error::step(STEP, e))?;
            network.sees(&host, View::Issuer, "issued credentials", None, &answer);
            Ok(answer)
        })?;
        Ok(personas)
    }

    /// Issued to nobody's knowledge: also for the crowd that shows what all credentials have in common.
    pub(crate) fn persona(
        &mut self,
        host: &str,
        label: &str,
        (key, proven): (&Arc<LeafKey>, &PublicKey),
        named: &Named<'_>,
        claims: &Claims<'_>,
        random: &mut dyn Random,
    ) -> Result<Persona, Error> {
        // One calendar period for all of the scenario: a provider's is a day or more (mimi-mls B-2).
        let issued = Issued::on(self.began());
        let faults = self.faults;
        let suite: Suite = self.suite();
        let provider = &mut self.server_mut(host)?.issuer;
        let (fresh, client) = provider.mint(random)?;
        let user = match named {
            Named::Fresh => fresh,
            Named::Shared(user) | Named::Real(user) => (*user).clone(),
        };
        let is_real = matches!(named, Named::Real(_));
        let certificate = match () {
            () if is_real => provider.leaf_certificate(proven, &user, &client, None, issued, random)?,
            () if faults.human_name => {
                let name = claims.all.text("name").and_then(mimicred_claims::Value::as_text);
                provider.leaf_certificate(proven, &user, &client, name, issued, random)?
            }
            () if faults.counted_serials => provider.counted_certificate(proven, &user, &client, issued, random)?,
            () => provider.pseudonym_for(proven, &user, &client, issued, random)?,
        };
        let pseudonym = Pseudonym { user: user.clone(), client: client.clone(), certificate };
        let leaf = Leaf { key: key.clone(), pseudonym };
        let tokens = Tokens::issue(provider, &leaf, claims.all, claims.certified, issued, random)?;
        let certificate = leaf.pseudonym.certificate.as_der().to_vec();
        let credential = if faults.claims_in_leaf && !is_real {
            // What discloses claims to whoever sees the leaf.
            Credential::SdCwt(tokens.open_leaf(key, claims.careless, host, self.time())?)
        } else {
            Credential::X509(vec![certificate.clone()])
        };
        let padding = if faults.outsized_reveal { 0 } else { MESSAGE };
        let member = Persona::member(suite, key, &credential, padding, self.source.of(label))?;
        Ok(Persona {
            label: label.to_owned(),
            user,
            client,
            key: key.clone(),
            member,
            credential,
            certificate,
            tokens,
            careless: claims.careless.to_vec(),
            made: Vec::new(),
        })
    }

    /// All that somebody has who is in no flow: her credentials, a KeyPackage of each kind, and a room like those of the flow.
    pub(crate) fn of_the_crowd(
        &mut self,
        (host, number): (&str, usize),
        setups: &[&RoomSetup],
        claims: &Claims<'_>,
    ) -> Result<Vec<Vec<u8>>, Error> {
        let step = "a crowd is made";
        let mut random = self.source.of("crowd");
        let key = Persona::key(self.suite(), &mut random)?;
        let public = key.public().clone();
        let persona = self.persona(host, "somebody", (&key, &public), &Named::Fresh, claims, &mut random)?;
        let lifetime = self.lifetime()?;
        let mut marker = [0; 32];
        random.fill(&mut marker).map_err(|e| Error::step(step, e))?;
        let server = self.server(host)?;
        let receiver = HubKey::generate(self.suite(), &mut random).map_err(|e| Error::step(step, e))?;
        let hub = HubIdentity {
            receiver_key: receiver.public().to_vec(),
            signature_key: server.signing.public().octets().to_vec(),
            credential: server.credential(),
        };
        let id = base64url::encode(marker.get(..16).unwrap_or_default());
        let uri: MimiUri = format!("mimi://{host}/r/{id}").parse().map_err(|e: mimicred_uri::Error| Error::step(step, e))?;
        let made = || -> Result<Vec<Vec<u8>>, mimicred_mls::Error> {
            let offered = persona.member.key_package_for(&lifetime, KeyPackageUsage::Offered(marker))?;
            let initial = persona.member.key_package_for(&lifetime, KeyPackageUsage::InitialConnection)?;
            Ok(vec![offered, initial])
        };
        let mut all = made().map_err(|e| Error::step(step, e))?;
        for setup in setups {
            // A name that a room was given by mistake is nobody else's.
            let setup = RoomSetup { name: String::new(), ..(*setup).clone() };
            let mut state = setup.state(&uri, hub.clone(), &persona.user)?;
            let most = setup.max_users.map_or(MOST_PARTICIPANTS, |most| most.min(MOST_PARTICIPANTS));
            for at in 1..most {
                random.fill(&mut marker).map_err(|e| Error::step(step, e))?;
                let mut group = persona.member.create(&marker, &state, &lifetime).map_err(|e| Error::step(step, e))?;
                if at == 1 {
                    all.push(group.group_info().map_err(|e| Error::step(step, e))?);
                }
                // Who follows whom in the list, and in which role, is different in every room.
                let turn = number.saturating_add(usize::try_from(at).unwrap_or(0));
                let other = HOSTS.get((turn + turn - number) % HOSTS.len()).copied().unwrap_or(host);
                let role = ROLES.get(turn % ROLES.len()).copied().unwrap_or(MEMBER);
                let (user, _) = self.server(other)?.issuer.mint(&mut random)?;
                let newcomer = Participant { user, role_index: MEMBER };
                // A group that has changed looks a little different from a new one.
                let added = ParticipantListUpdate { added: vec![newcomer.clone()], ..Default::default() };
                let change = Change { participants: Some(added), ..Change::default() };
                group.commit(change).and_then(|_| group.merge()).map_err(|e| Error::step(step, e))?;
                all.push(
                    if at == 1 { group.group_info() } else { group.group_info_for_hub() }.map_err(|e| Error::step(step, e))?,
                );
                state.participants.push(Participant { role_index: role, ..newcomer });
            }
        }
        // Of ECDSA signatures there are four lengths.
        let issued = Issued::on(self.began());
        for _ in 0..SIGNATURES {
            let again = self.server(host)?.issuer.pseudonym_for(&public, &persona.user, &persona.client, issued, &mut random)?;
            all.push(again.as_der().to_vec());
            let credential = Credential::X509(vec![again.as_der().to_vec()]);
            let member = Persona::member(self.suite(), &key, &credential, MESSAGE, self.source.of("crowd"))?;
            let key_package = member.key_package_for(&lifetime, KeyPackageUsage::Offered(marker));
            all.push(key_package.map_err(|e| Error::step(step, e))?);
        }
        all.extend([persona.certificate, persona.tokens.sd_cwt, persona.tokens.sd_jwt.into_bytes()]);
        Ok(all)
    }

    /// Random octets for a purpose.
    pub(crate) fn draw<const N: usize>(&mut self, purpose: &str) -> Result<[u8; N], Error> {
        let mut octets = [0; N];
        self.source.of(purpose).fill(&mut octets).map_err(|e| Error::step("octets are drawn", e))?;
        Ok(octets)
    }
}

fn request(key: &LeafKey, binding: &IssuanceBinding<'_>) -> Result<Vec<u8>, Error> {
    let request = prepare_request(key.public(), binding).and_then(|request| request.sign(key));
    Ok(request.map_err(|e| Error::step(STEP, e))?.as_der().to_vec())
}

/// The keys of a batch whose possession is proven for this issuer and nonce.
fn proven(body: &[u8], binding: &IssuanceBinding<'_>) -> Result<Vec<PublicKey>, Error> {
    let mut reader = Reader::new(body);
    let requests = reader
        .list::<_, mimicred_mls::Error>(MAX_BATCH * MAX_REQUEST, MAX_BATCH, |inner| Ok(inner.vector(MAX_REQUEST)?.to_vec()))
        .map_err(|e| Error::step(STEP, e))?;
    let verified = |der: &Vec<u8>| UnverifiedRequest::from_der(der)?.verify(binding).map(|it| it.subject_key().clone());
    requests.iter().map(verified).collect::<Result<_, mimicred_x509::Error>>().map_err(|e| Error::step(STEP, e))
}
