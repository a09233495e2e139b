//! KeyPackages: kept with one's provider, handed over in a room, and claimed for one; and the consent that is asked for first.

use mimicred_error::Report;
use mimicred_keys::SystemRandom;
use mimicred_mls::component::{KeyPackageUsage, Participant, ParticipantListUpdate, SALT_LEN};
use mimicred_mls::group::{Change, Provider, UnverifiedKeyPackage};
use mimicred_mls::protocol::{
    ClientMaterial, ConsentEntry, ConsentOperation, IdentifierCode, IdentifierRequest, IdentifierResponse, KeyMaterialClaim,
    KeyMaterialRequest, KeyMaterialResponse, QueryElement, RequiredCapabilities, SearchType, UserStatus,
};
use mimicred_mls::tls::Writer;
use mimicred_mls::{BundleItem, Credential, KeyPackageOffer, KeyPackageView, OfferContext};
use mimicred_uri::MimiUri;

use super::client::host_of;
use super::{Call, Channel, Network, Sent};
use crate::Error;
use crate::record::{Message, View};

/// KeyPackages under an offer.
pub(crate) struct Offered {
    /// For a bundle: the KeyPackages, and the offer.
    pub(crate) items: Vec<BundleItem>,
    /// The KeyPackages as messages.
    pub(crate) octets: Vec<Vec<u8>>,
    pub(crate) offer: KeyPackageOffer,
}

/// How long an offer holds.
const OFFER_SECONDS: u64 = 7 * 86_400;

impl Network {
    /// A client has its provider keep KeyPackages of a persona.
    pub(crate) fn keep_key_packages(
        &mut self,
        device: &str,
        persona: &str,
        usage: KeyPackageUsage,
        count: usize,
    ) -> Result<(), Error> {
        let step = "KeyPackages are kept";
        let lifetime = self.lifetime()?;
        let client = self.device(device)?;
        let (host, known) = (client.host.clone(), client.persona(persona)?);
        let (user, client_uri) = (known.user.clone(), known.client.clone());
        let made = (0..count).map(|_| known.member.key_package_for(&lifetime, usage)).collect::<Result<Vec<_>, _>>();
        let made = made.map_err(|e| Error::step(step, e))?;
        self.device_mut(device)?.persona_mut(persona)?.made.extend(made.iter().cloned());
        self.put(device, &host, &user, &client_uri, &made)
    }

    fn put(&mut self, device: &str, host: &str, user: &MimiUri, client: &MimiUri, made: &[Vec<u8>]) -> Result<(), Error> {
        let step = "KeyPackages are kept";
        let body = Writer::new().list(made, |writer, it| writer.vector(it)).finish().map_err(|e| Error::step(step, e))?;
        let path = format!("PUT /keyPackages/{user}");
        let call = Call {
            kind: "KeyPackages",
            answer: "Kept",
            path,
            channel: Channel::Login,
            room: None,
            note: "for its provider to keep",
        };
        self.call(device, host, &call, &body, |network, body| {
            network.sees(host, View::Store, "KeyPackages", None, body);
            let mut references = Vec::new();
            for octets in made {
                let view = KeyPackageView::decode_message(octets).map_err(|e| Error::step(step, e))?;
                let hash = view.suite().map_err(|e| Error::step(step, e))?.hash();
                references.push(view.reference(hash).map_err(|e| Error::step(step, e))?.to_vec());
            }
            let server = network.server_mut(host)?;
            for (octets, reference) in made.iter().zip(references) {
                server.pools.keep(user, client, octets)?;
                server.references.insert(reference, device.to_owned());
            }
            Ok(b"kept".to_vec())
        })?;
        Ok(())
    }

    /// KeyPackages of a persona of one's own, to be handed over in a room under an offer: those of each of these clients. Their
    /// references are registered with their provider, so that a Welcome finds its way (mimi-mls 3.6.4).
    pub(crate) fn offer(
        &mut self,
        room: Option<&str>,
        offerer: &mimicred_keys::PublicKey,
        offered: &[(&str, &str)],
    ) -> Result<Offered, Error> {
        let step = "KeyPackages are offered";
        let salt = self.draw::<16>("an offer")?;
        let uri = room.map(MimiUri::parse).transpose().map_err(|e| Error::step(step, e))?;
        let context = OfferContext { room_uri: uri.as_ref(), offerer_key: offerer };
        let lifetime = self.lifetime()?;
        let (mut octets, mut keys) = (Vec::new(), Vec::new());
        for (device, persona) in offered {
            let known = self.device(device)?.persona(persona)?;
            keys.push(known.key.clone());
            octets.push(known.member.offered_key_package(&lifetime, &context, salt).map_err(|e| Error::step(step, e))?);
        }
        let views = octets.iter().map(|it| KeyPackageView::decode_message(it)).collect::<Result<Vec<_>, _>>();
        let views = views.map_err(|e| Error::step(step, e))?;
        let keys: Vec<_> = keys.iter().map(AsRef::as_ref).collect();
        let prepared =
            KeyPackageOffer::prepare(&context, self.seconds() + OFFER_SECONDS, &views.iter().collect::<Vec<_>>(), salt);
        let offer = prepared.and_then(|prepared| prepared.sign(&keys)).map_err(|e| Error::step(step, e))?;
        for ((device, persona), view) in offered.iter().zip(&views) {
            let hash = view.suite().map_err(|e| Error::step(step, e))?.hash();
            let reference = view.reference(hash).map_err(|e| Error::step(step, e))?.to_vec();
            self.register(device, &reference)?;
            self.device_mut(device)?.persona_mut(persona)?.made.push(view.to_message());
            if self.faults.offered_key_package_kept {
                let known = self.device(device)?.persona(persona)?;
                let (host, user, client) = (self.device(device)?.host.clone(), known.user.clone(), known.client.clone());
                self.put(device, &host, &user, &client, &[view.to_message()])?;
            }
        }
        let items = octets.iter().map(|it| BundleItem::key_package(it.clone())).collect::<Result<Vec<_>, _>>();
        let mut items = items.map_err(|e| Error::step(step, e))?;
        items.push(BundleItem::key_package_offer(&offer).map_err(|e| Error::step(step, e))?);
        Ok(Offered { items, octets, offer })
    }

    /// A client adds the owners of these KeyPackages; of those that were handed over under an offer it proves to know the salt.
    pub(crate) fn add(
        &mut self,
        device: &str,
        room: &str,
        key_packages: &[(Vec<u8>, Option<[u8; SALT_LEN]>)],
        participants: Vec<Participant>,
        note: &str,
    ) -> Result<Sent, Error> {
        let provider = Provider::new(SystemRandom);
        let mut add = Vec::with_capacity(key_packages.len());
        for (octets, salt) in key_packages {
            let key_package = match UnverifiedKeyPackage::parse(octets).and_then(|it| it.verify(&provider)) {
                Ok(key_package) => key_package,
                Err(e) => return Ok(Sent::Refused(e.slug().to_owned())),
            };
            add.push(match salt {
                Some(salt) => key_package.under_offer(*salt),
                None => key_package,
            });
        }
        let update = ParticipantListUpdate { added: participants, ..Default::default() };
        let participants = (!update.added.is_empty()).then_some(update);
        self.commit(device, room, Change { add, participants, ..Change::default() }, note)
    }

    /// A fresh KeyPackage of a client that its user's other client adds by itself.
    pub(crate) fn own_key_package(&mut self, device: &str, persona: &str, usage: KeyPackageUsage) -> Result<Vec<u8>, Error> {
        let step = "a KeyPackage is made";
        let lifetime = self.lifetime()?;
        let octets = self.device(device)?.persona(persona)?.member.key_package_for(&lifetime, usage);
        let octets = octets.map_err(|e| Error::step(step, e))?;
        self.device_mut(device)?.persona_mut(persona)?.made.push(octets.clone());
        let view = KeyPackageView::decode_message(&octets).map_err(|e| Error::step(step, e))?;
        let hash = view.suite().map_err(|e| Error::step(step, e))?.hash();
        let reference = view.reference(hash).map_err(|e| Error::step(step, e))?.to_vec();
        self.register(device, &reference)?;
        Ok(octets)
    }

    /// A client tells its provider by which KeyPackageRef a Welcome for it is known, and no more.
    fn register(&mut self, device: &str, reference: &[u8]) -> Result<(), Error> {
        let host = self.device(device)?.host.clone();
        let path = "PUT /references".to_owned();
        let call = Call {
            kind: "KeyPackageRef",
            answer: "Registered",
            path,
            channel: Channel::Login,
            room: None,
            note: "where a Welcome is to go",
        };
        self.call(device, &host, &call, reference, |network, reference| {
            network.server_mut(&host)?.references.insert(reference.to_vec(), device.to_owned());
            Ok(b"registered".to_vec())
        })?;
        Ok(())
    }

    /// A client looks somebody up by her handle.
    pub(crate) fn look_up(&mut self, device: &str, host: &str, handle: &str) -> Result<Vec<MimiUri>, Error> {
        let step = "somebody is looked up";
        let element = QueryElement { search: SearchType::Handle, value: handle.to_owned() };
        let request = IdentifierRequest { elements: vec![element], extensions: Default::default() };
        let body = request.encode().map_err(|e| Error::step(step, e))?;
        let path = format!("POST /identifierQuery/{host}");
        let call = Call {
            kind: "IdentifierRequest",
            answer: "IdentifierResponse",
            path,
            channel: Channel::Mimi,
            room: None,
            note: "who has this handle",
        };
        let answer = self.call(device, host, &call, &body, |network, body| {
            let asked = IdentifierRequest::decode(body).map_err(|e| Error::step(step, e))?;
            let wanted: Vec<&str> = asked.elements.iter().map(|element| element.value.as_str()).collect();
            let found = network.server(host)?.handles.iter().filter(|(handle, _)| wanted.contains(&handle.as_str()));
            let uris: Vec<MimiUri> = found.map(|(_, uri)| uri.clone()).collect();
            let code = if uris.is_empty() { IdentifierCode::NotFound } else { IdentifierCode::Success };
            let response = IdentifierResponse { code, uris, profiles: Vec::new(), extensions: Default::default() };
            response.encode().map_err(|e| Error::step(step, e))
        })?;
        Ok(IdentifierResponse::decode(&answer).map_err(|e| Error::step(step, e))?.uris)
    }

    /// A ConsentEntry on its way to the provider of the other.
    pub(crate) fn consent(&mut self, device: &str, entry: &ConsentEntry, note: &str) -> Result<(), Error> {
        let step = "consent is asked for or given";
        let body = entry.encode().map_err(|e| Error::step(step, e))?;
        let (path, other) = match entry.operation {
            ConsentOperation::Request | ConsentOperation::Cancel => ("POST /requestConsent", &entry.target),
            ConsentOperation::Grant { .. } | ConsentOperation::Revoke => ("POST /updateConsent", &entry.requester),
        };
        let host = other.host().to_owned();
        // Its own provider keeps what its user has consented to.
        let own = self.device(device)?.host.clone();
        self.server_mut(&own)?.pools.consent(entry.clone());
        let call = Call { kind: "ConsentEntry", answer: "Ok", path: path.to_owned(), channel: Channel::Mimi, room: None, note };
        self.call(device, &host, &call, &body, |_, _| Ok(b"ok".to_vec()))?;
        // And the other's provider tells its user.
        for device in self.clients_of(other) {
            let message = Message::new(self.seconds(), &*host, &*device, "ConsentEntry", body.clone()).note("delivered");
            let number = self.record_mut().message(message);
            let account = self.device(&device)?.account.clone();
            let login = [account.as_bytes(), b": ", &body].concat();
            self.sees(&host, View::Login, "a ConsentEntry for an account", Some(number), &login);
            self.device_mut(&device)?.consents.push(entry.clone());
        }
        Ok(())
    }

    /// The clients of a user, under whatever name.
    fn clients_of(&self, user: &MimiUri) -> Vec<String> {
        let is_hers = |device: &&super::Device| device.personas.iter().any(|persona| persona.user == *user);
        self.devices.values().filter(is_hers).map(|device| device.name.clone()).collect()
    }

    /// A client claims the KeyPackages of somebody for a room, by way of its hub.
    pub(crate) fn claim(
        &mut self,
        device: &str,
        room: &str,
        persona: &str,
        target: &MimiUri,
    ) -> Result<KeyMaterialResponse, Error> {
        let step = "KeyPackages are claimed";
        let now = self.time();
        let faults = self.faults;
        let known = self.device(device)?.persona(persona)?;
        let claim = KeyMaterialClaim {
            requesting_user: known.user.clone(),
            target_user: target.clone(),
            room: Some(MimiUri::parse(room).map_err(|e| Error::step(step, e))?),
            cipher_suites: vec![self.suite().number()],
            required_capabilities: RequiredCapabilities { extensions: vec![6], proposals: vec![8, 10], credentials: vec![2] },
        };
        let credential = if faults.claims_in_request {
            Credential::SdCwt(known.tokens.open_leaf(&known.key, &known.careless, target.host(), now)?)
        } else {
            known.credential.clone()
        };
        let request = KeyMaterialRequest::prepare(&claim, known.key.public(), &credential)
            .and_then(|request| request.sign(&known.key)?.encode());
        let body = request.map_err(|e| Error::step(step, e))?;
        let (hub, label) = (host_of(room)?, self.label(room));
        let path = format!("POST /keyMaterial/{target}");
        let note = "for one KeyPackage of each client";
        let call = Call {
            kind: "KeyMaterialRequest",
            answer: "KeyMaterialResponse",
            path,
            channel: Channel::Mimi,
            room: Some(&label),
            note,
        };
        let target_host = target.host().to_owned();
        let answer = self.call(device, &hub, &call, &body, |network, body| {
            let answered = |network: &mut Network, body: &[u8]| -> Result<_, Error> {
                let request = KeyMaterialRequest::decode(body).map_err(|e| Error::step(step, e))?;
                // Whose consent it is to be is said by the credential that her key goes with.
                let named = mimicred_room::claimed_user(request.credential()).as_ref() == Some(&request.claim().requesting_user);
                let now = network.seconds();
                let answer = if named && request.verify_signature().is_ok() {
                    network.server_mut(&target_host)?.pools.claim(request.claim(), now)?
                } else {
                    KeyMaterialResponse::failure(UserStatus::NoConsent, request.claim().target_user.clone())
                };
                answer.encode().map_err(|e| Error::step(step, e))
            };
            let answer = if target_host == hub {
                answered(network, body)?
            } else {
                network.call_between(&hub, &target_host, &call, body, answered)?
            };
            let response = KeyMaterialResponse::decode(&answer).map_err(|e| Error::step(step, e))?;
            let suite = network.suite();
            let hosted = network.server_mut(&hub)?.room(room)?;
            for view in response.key_packages() {
                let reference = view.reference(suite.hash()).map_err(|e| Error::step(step, e))?.to_vec();
                hosted.claimed.insert(reference, claim.requesting_user.clone());
            }
            Ok(answer)
        })?;
        KeyMaterialResponse::decode(&answer).map_err(|e| Error::step(step, e))
    }
}

/// The KeyPackages of an answer, as messages.
pub(crate) fn key_packages(response: &KeyMaterialResponse) -> Vec<Vec<u8>> {
    let material = response.clients.iter().filter_map(|client| match &client.material {
        ClientMaterial::KeyPackage(view) => Some(view.to_message()),
        _ => None,
    });
    material.collect()
}
