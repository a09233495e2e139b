//! What a dishonest hub can do with a join link that somebody uses: build the room anew, with everything copied and a ghost in it.

use mimicred_mls::JoinLink;
use mimicred_mls::component::{JoinLinks, KeyPackageUsage, Participant};
use mimicred_mls::group::{Hub, HubIdentity, Provider, UnverifiedKeyPackage};
use mimicred_mls::handshake::HubKey;
use mimicred_room::RoomRules;

use super::client::host_of;
use super::{Claims, Entered, Joining, MEMBER, Named, Network, Persona, Revealing, RoomSetup, Sent};
use crate::Error;

impl Network {
    /// The hub answers a newcomer with a group of its own making: URI, group id, policy and links are the room's, and who invited is
    /// added by one of her KeyPackages. She never hears of it. What becomes of the newcomer, and of what she would reveal.
    pub(crate) fn fake(
        &mut self,
        (inviter, invited_as): (&str, &str),
        (victim, persona): (&str, &str),
        setup: &RoomSetup,
        link: &JoinLink,
        revealing: &Revealing<'_>,
    ) -> Result<(Entered, Option<Sent>), Error> {
        let step = "a hub builds a group of its own";
        let room = link.room_uri.to_string();
        let host = host_of(&room)?;
        let marker = self.draw::<32>("a marker")?;
        let taken = self.own_key_package(inviter, invited_as, KeyPackageUsage::Offered(marker))?;

        let nothing = mimicred_claims::Map::default();
        let mut random = self.source.of("ghost");
        let key = Persona::key(self.suite(), &mut random)?;
        let public = key.public().clone();
        let said = Claims { all: &nothing, certified: &[], careless: &[] };
        let ghost = self.persona(&host, "ghost", (&key, &public), &Named::Fresh, &said, &mut random)?;
        let receiver = HubKey::generate(self.suite(), &mut random).map_err(|e| Error::step(step, e))?;
        let server = self.server(&host)?;
        let identity = HubIdentity {
            receiver_key: receiver.public().to_vec(),
            signature_key: server.signing.public().octets().to_vec(),
            credential: server.credential(),
        };
        let lifetime = self.lifetime()?;
        let mut state = setup.state(&link.room_uri, identity, &ghost.user)?;
        let user = self.device(inviter)?.persona(invited_as)?.user.clone();
        let mut build = || -> Result<(Vec<u8>, Vec<u8>), mimicred_mls::Error> {
            let listed = link.public_key()?.octets().try_into().map_err(|_| mimicred_mls::Code::JoinLinkMalformed)?;
            state.links = JoinLinks::new(vec![listed])?;
            let mut group = ghost.member.create(&link.group_id, &state, &lifetime)?;
            let add = UnverifiedKeyPackage::parse(&taken)?.verify(&Provider::new(mimicred_keys::SystemRandom))?;
            let octets = add.octets().to_vec();
            group.add(&[&octets], vec![Participant { user: user.clone(), role_index: MEMBER }])?;
            group.merge()?;
            Ok((group.group_info()?, group.group_info_for_hub()?))
        };
        let (whole, for_hub) = build().map_err(|e| Error::step(step, e))?;
        let mut fake = Hub::open(&whole, RoomRules).map_err(|e| Error::step(step, e))?.with_key(receiver);
        fake.set_group_info(&for_hub).map_err(|e| Error::step(step, e))?;

        let hosted = self.server_mut(&host)?.room(&room)?;
        let real = std::mem::replace(&mut hosted.hub, fake);
        let entered = self.join(victim, &link.room_uri, persona, Joining::Link(link));
        let sent = match &entered {
            Ok(Entered::In) => Some(self.reveal(victim, &room, revealing)),
            _ => None,
        };
        self.server_mut(&host)?.room(&room)?.hub = real;
        self.device_mut(victim)?.places.remove(&room);
        Ok((entered?, sent.transpose()?))
    }
}
