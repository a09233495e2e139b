//! KeyPackages that one pseudonym hands over in a room: usage, offer, proof of the adder (mimi-mls.md 3.2, 3.5.1).

use mimicred_mls::component::{BaseRoomPolicy, KeyPackageProofs, KeyPackageUsage};
use mimicred_mls::{KeyPackageOffer, KeyPackageView, OfferContext};

use super::{GROUP_ID, OCTETS, same, signature_key, uri_if_any};
use crate::object::{Input, Object, hex};
use crate::operation::{Fault, Form, Member, Operation};

const PARTS: &[Member] = &[
    Member::optional("room", Form::Text, "the offering room, as it says"),
    Member::new("offerer_key", Form::Hex, "the SignaturePublicKey of the offerer's leaf, as it says"),
    Member::new("not_after", Form::Integer, "until when it stands"),
    Member::new("references", Form::List(&Form::Hex), "the KeyPackageRefs"),
    Member::new("salt", Form::Hex, "what opens the commitments"),
    Member::new("signers", Form::List(&Form::Hex), "the leaf keys that have signed, as it says"),
];
const SALT: Member = Member::new("salt", Form::Hex, "the usage_salt of the offer, 16 octets");
const OFFERING_ROOM: Member =
    Member::optional("room", Form::Text, "the URI of the offering room; absent for an offer in a consent");

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "mls/key-package-offer-decode",
        about: "reads a KeyPackageOffer",
        input: &[OCTETS],
        output: PARTS,
        run: decode,
    },
    Operation {
        name: "mls/key-package-offer-verify",
        about: "verifies that the owners of KeyPackages offer them now, through the owner of a leaf, in a room; the KeyPackages' own \
                signatures are another question",
        input: &[
            OCTETS,
            OFFERING_ROOM,
            Member::new("offerer_key", Form::Hex, "the SignaturePublicKey of the sender's leaf"),
            Member::new("now", Form::Integer, "the time of the check"),
            Member::new("key_packages", Form::List(&Form::Hex), "the KeyPackages that came with it"),
        ],
        output: PARTS,
        run: verify,
    },
    Operation {
        name: "mls/key-package-usage",
        about: "makes the component key_package_usage of a KeyPackage that is to be offered",
        input: &[SALT, OFFERING_ROOM, Member::new("offerer_key", Form::Hex, "the SignaturePublicKey of the offerer's leaf")],
        output: &[Member::new("octets", Form::Hex, "the data of component 0xD051")],
        run: usage,
    },
    Operation {
        name: "mls/key-package-proof",
        about: "makes the component with one proof for an offered KeyPackage, by which whoever adds it shows that she held the offer",
        input: &[
            SALT,
            Member::new("reference", Form::Hex, "the KeyPackageRef"),
            GROUP_ID,
            Member::new("adder_key", Form::Hex, "the SignaturePublicKey of the leaf at GroupInfo.signer"),
        ],
        output: &[Member::new("octets", Form::Hex, "the data of component 0xD057")],
        run: prove,
    },
    Operation {
        name: "mls/initial-connection-check",
        about: "checks that a room with this base_room_policy may take in a KeyPackage whose usage is initial_connection",
        input: &[Member::new("octets", Form::Hex, "the data of component 0x0027")],
        output: &[],
        run: check_initial_connection,
    },
];

pub(super) fn parts(offer: &KeyPackageOffer) -> Object {
    Object::new()
        .with_some("room", offer.room_uri().map(|room| room.as_str().to_owned()))
        .hex("offerer_key", offer.offerer_key())
        .int("not_after", offer.not_after())
        .list("references", offer.references().map(hex))
        .hex("salt", offer.salt())
        .list("signers", offer.signers().map(hex))
}

fn read(input: &Input<'_>) -> Result<KeyPackageOffer, Fault> {
    let octets = input.hex("octets")?;
    let offer = KeyPackageOffer::decode(&octets)?;
    same(&octets, &offer.encode()?)?;
    Ok(offer)
}

fn decode(input: &Input<'_>) -> Result<Object, Fault> {
    Ok(parts(&read(input)?))
}

fn verify(input: &Input<'_>) -> Result<Object, Fault> {
    let (room, offerer_key) = (uri_if_any(input, "room")?, signature_key(input, "offerer_key")?);
    let key_packages = input.hexes("key_packages")?;
    let key_packages = key_packages.iter().map(|octets| KeyPackageView::decode(octets)).collect::<Result<Vec<_>, _>>()?;
    let key_packages: Vec<&KeyPackageView> = key_packages.iter().collect();
    let offer = read(input)?;
    let context = OfferContext { room_uri: room.as_ref(), offerer_key: &offerer_key };
    offer.verify(&context, input.int("now")?, &key_packages)?;
    Ok(parts(&offer))
}

fn usage(input: &Input<'_>) -> Result<Object, Fault> {
    let (room, key) = (uri_if_any(input, "room")?, signature_key(input, "offerer_key")?);
    let usage = KeyPackageUsage::offered(&input.array("salt")?, room.as_ref(), &key)?;
    Ok(Object::new().hex("octets", &usage.encode()?))
}

fn prove(input: &Input<'_>) -> Result<Object, Fault> {
    let (salt, reference): ([u8; 16], _) = (input.array("salt")?, input.hex("reference")?);
    let mut proofs = KeyPackageProofs::default();
    proofs.add(&salt, &reference, &input.hex("group_id")?, &signature_key(input, "adder_key")?)?;
    Ok(Object::new().hex("octets", &proofs.encode()?))
}

fn check_initial_connection(input: &Input<'_>) -> Result<Object, Fault> {
    BaseRoomPolicy::decode(&input.hex("octets")?)?.check_initial_connection()?;
    Ok(Object::new())
}
