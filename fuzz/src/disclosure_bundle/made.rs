//! Items of a bundle as somebody makes them: with whatever credential, for whatever place, and signed.

use arbitrary::Arbitrary;
use mimicred_claims::{ClaimPath, Selection};
use mimicred_keys::{Algorithm, HashAlgorithm, LeafKey};
use mimicred_mls::component::KeyPackageUsage;
use mimicred_mls::nonce::disclosure_nonce;
use mimicred_mls::{
    BundleItem, Credential, CredentialPresentation, Item, KeyPackageOffer, KeyPackageView, OfferContext, PresentationContext,
    Suite,
};
use mimicred_room::{PreparedBundle, RoomContext};
use mimicred_uri::MimiUri;

use super::world::{ELSEWHERE, EPOCHS, GROUP, HERE, world};
use crate::cast::NOW;
use crate::key_package::fields::{Field, Fields, vector};

/// When a presentation may be made, in seconds from now: the hub accepts it a second later, max_presentation_age is 300, and
/// max_clock_skew 60.
const MOMENTS: std::ops::RangeInclusive<i16> = -299..=61;

/// Who has signed a credential: one whom everybody trusts, one whom only the verifier trusts, one who says that she is the first.
#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Trusted,
    Local,
    Impostor,
}

#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    Alice,
    Bob,
}

#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    X509,
    SdJwt,
    SdCwt,
}

/// Where something is made.
#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Here,
    Elsewhere,
}

#[derive(Arbitrary, Clone, Debug)]
pub(super) enum Made {
    Presentation(Presentation),
    KeyPackage(Offered),
    /// An offer of the KeyPackage that was made for it, until so many seconds from now.
    Offer(Offered, i16),
    /// Both of them.
    Pair(Offered, i16),
}

/// A presentation of a credential that somebody has signed for somebody.
#[derive(Arbitrary, Clone, Debug)]
pub(super) struct Presentation {
    by: By,
    pub(super) holder: Who,
    pub(super) form: Form,
    room: Place,
    epoch: Epoch,
    /// Another nonce than the one for this leaf and epoch.
    other_nonce: Option<u8>,
    /// Seconds before or after the time that everything is judged by.
    at: i16,
    shows: Shows,
    /// Inside a CredentialPresentation, whatever the form; signed by whom, and with what exchanged before that.
    wrapped: Option<Wrapped>,
}

#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
enum Epoch {
    First,
    Second,
    Unknown(u8),
}

#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
enum Shows {
    All,
    Name,
    Nothing,
}

#[derive(Arbitrary, Clone, Debug)]
struct Wrapped {
    signer: Who,
    exchanged: Vec<(u16, u8)>,
}

/// A KeyPackage of Alice's other pseudonym, or one that says so; who offers it where, and with which salt.
#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Offered {
    pub(super) offerer: Who,
    pub(super) room: Place,
    pub(super) salt: bool,
    /// The offer that it was made for is another one.
    pub(super) other_salt: bool,
    pub(super) is_others: bool,
}

impl Made {
    /// One item each.
    pub(super) fn apart(&self) -> Vec<Made> {
        match self {
            Made::Pair(offered, until) => vec![Made::KeyPackage(*offered), Made::Offer(*offered, *until)],
            other => vec![other.clone()],
        }
    }

    /// The item; nothing for what its maker's own library refuses to make.
    pub(super) fn item(&self) -> Option<BundleItem> {
        match self {
            Made::Presentation(presentation) => presentation.item(),
            Made::KeyPackage(offered) => BundleItem::key_package(offered.key_package().to_message()).ok(),
            Made::Pair(..) => None,
            Made::Offer(offered, until) => offered.offer(*until).and_then(|offer| BundleItem::key_package_offer(&offer).ok()),
        }
    }
}

impl Presentation {
    /// Everything about it is as it should be.
    pub(super) fn good(holder: Who, form: Form, epoch: u64) -> Self {
        let epoch = if epoch == EPOCHS[0] { Epoch::First } else { Epoch::Second };
        let (by, room, shows) = (By::Trusted, Place::Here, Shows::All);
        Self { by, holder, form, room, epoch, other_nonce: None, at: 0, shows, wrapped: None }
    }

    /// Whether a receiver has to take it from its holder in an epoch: everything about it is as it should be.
    pub(super) fn is_good(&self, epoch: u64) -> bool {
        // A certificate shows all that it has, and is in a CredentialPresentation anyway.
        let is_whole = self.wrapped.as_ref().is_none_or(|wrapped| wrapped.signer == self.holder && !wrapped.changes());
        self.is_possible(epoch) && (self.shows != Shows::Nothing || self.form == Form::X509) && is_whole
    }

    /// Whether it may be taken at all: the credential, the place and the moment are right.
    pub(super) fn is_possible(&self, epoch: u64) -> bool {
        self.by == By::Trusted
            && self.room == Place::Here
            && self.epoch.number() == epoch
            && self.other_nonce.is_none()
            && MOMENTS.contains(&self.at)
    }

    fn item(&self) -> Option<BundleItem> {
        let holder = &world().people[self.holder as usize];
        let owned = world().credential(self.by, self.holder, self.form);
        let nonce = match self.other_nonce {
            Some(octet) => vec![octet; 32],
            None => self.nonce(&holder.key),
        };
        let context = RoomContext {
            room_uri: self.room.uri(),
            subject_uri: holder.user.clone(),
            group_id: GROUP.to_vec(),
            epoch: self.epoch.number(),
            nonce: nonce.clone(),
            hash: HashAlgorithm::Sha256,
        };
        let mut prepared = PreparedBundle::new(context);
        prepared.add(owned.holding(), &self.selection(), NOW + i64::from(self.at)).ok()?;
        let item = prepared.sign(&holder.key).expect("the holder's own").items.pop().expect("it was added");
        match &self.wrapped {
            Some(wrapped) => self.wrap(wrapped, &item, &nonce),
            None => Some(item),
        }
    }

    /// The same credential in a CredentialPresentation, with octets of it exchanged before that is signed.
    fn wrap(&self, wrapped: &Wrapped, item: &BundleItem, nonce: &[u8]) -> Option<BundleItem> {
        let credential = match item.open().expect("our own") {
            Item::MlsCredential(presentation) => presentation.credential().clone(),
            Item::SdJwtKb(token) => Credential::SdJwt(token),
            Item::SdKbt(octets) => Credential::SdCwt(octets),
            _ => return None,
        };
        let mut octets = credential.encode().expect("our own");
        for (at, octet) in &wrapped.exchanged {
            let at = usize::from(*at) % octets.len();
            octets[at] ^= octet;
        }
        let credential = Credential::decode(&octets).ok()?;
        let (room_uri, signer) = (self.room.uri(), &world().people[wrapped.signer as usize].key);
        let context =
            PresentationContext { room_uri: &room_uri, group_id: GROUP, epoch: self.epoch.number(), hash: HashAlgorithm::Sha256 };
        let at = u64::try_from(NOW + i64::from(self.at)).expect("after 1970");
        let prepared = CredentialPresentation::prepare(credential, &context, at, nonce, signer.public()).ok()?;
        BundleItem::presentation(&prepared.sign(signer).expect("its key")).ok()
    }

    fn nonce(&self, key: &LeafKey) -> Vec<u8> {
        let root = [u8::try_from(self.epoch.number() % 256).expect("an octet"); 32];
        disclosure_nonce(HashAlgorithm::Sha256, &root, key.public().octets()).expect("short").to_vec()
    }

    fn selection(&self) -> Selection {
        let name: ClaimPath = if self.form == Form::SdCwt { "170" } else { "name" }.parse().expect("a path");
        match self.shows {
            Shows::All => Selection::All,
            Shows::Name => Selection::Paths(vec![name]),
            Shows::Nothing => Selection::None,
        }
    }
}

impl Wrapped {
    fn changes(&self) -> bool {
        self.exchanged.iter().any(|(_, octet)| *octet != 0)
    }
}

impl Epoch {
    fn number(self) -> u64 {
        match self {
            Epoch::First => EPOCHS[0],
            Epoch::Second => EPOCHS[1],
            Epoch::Unknown(number) => 9 + u64::from(number),
        }
    }
}

impl Place {
    pub(super) fn uri(self) -> MimiUri {
        if self == Place::Here { HERE } else { ELSEWHERE }.parse().expect("a URI")
    }
}

impl Offered {
    /// Everything about it is as it should be.
    pub(super) fn good(offerer: Who) -> Self {
        Self { offerer, room: Place::Here, salt: true, other_salt: false, is_others: false }
    }

    /// Whether its parts belong together, for an offer by this member in this room.
    pub(super) fn is_good(&self, offerer: Who) -> bool {
        self.offerer == offerer && self.room == Place::Here && !self.other_salt && !self.is_others
    }

    pub(super) fn salt(&self) -> [u8; 16] {
        [7 + u8::from(self.salt); 16]
    }

    fn key_package(&self) -> KeyPackageView {
        let salt = if self.other_salt { [9; 16] } else { self.salt() };
        let offerer = world().people[self.offerer as usize].key.public();
        let usage = KeyPackageUsage::offered(&salt, Some(&self.room.uri()), offerer).expect("short");
        let now = u64::try_from(NOW).expect("after 1970");
        let mut fields = Fields::new(Suite::X25519Aes128Ed25519, usage, (now, now + 1000));
        // Whoever passes another's KeyPackages off as hers has her credential, and a key of her own.
        let other = &world().other;
        fields.signer = if self.is_others { crate::key_package::fields::key(Algorithm::Ed25519) } else { &other.key };
        *fields.field(Field::SignatureKey) = vector(fields.signer.public().octets());
        *fields.field(Field::Credential) = other.credential.encode_for_leaf().expect("our own");
        KeyPackageView::decode_message(&fields.message()).expect("our own")
    }

    fn offer(&self, until: i16) -> Option<KeyPackageOffer> {
        let (room, key_package) = (self.room.uri(), self.key_package());
        let offerer = world().people[self.offerer as usize].key.public();
        let context = OfferContext { room_uri: Some(&room), offerer_key: offerer };
        let not_after = u64::try_from(NOW + i64::from(until)).expect("after 1970");
        let signer = if self.is_others { crate::key_package::fields::key(Algorithm::Ed25519) } else { &world().other.key };
        KeyPackageOffer::prepare(&context, not_after, &[&key_package], self.salt()).and_then(|it| it.sign(&[signer])).ok()
    }
}
