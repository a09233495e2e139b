//! Bundles as they come, with their signatures, which are never different; sealed ones, and requests.

use mimicred_mls::sealed::Recipient;
use mimicred_mls::{DisclosureBundle, DisclosureFormat, DisclosureRequest, SealedDisclosure};

use super::made::{Form, Made, Offered, Place, Presentation, Who};
use super::world::{EPOCHS, world};
use super::{RECIPIENTS, sealing};
use crate::cast::Counter;

/// Seeds, named for what is in them.
pub fn seeds() -> Vec<(&'static str, Vec<u8>)> {
    let bundle = |made: &[Made]| DisclosureBundle {
        room_uri: Place::Here.uri(),
        subject_uri: world().people[Who::Alice as usize].user.clone(),
        items: made.iter().filter_map(Made::item).collect(),
    };
    let presented = |form| Made::Presentation(Presentation::good(Who::Alice, form, EPOCHS[0]));
    let offered = Offered::good(Who::Alice);
    let all = [Form::X509, Form::SdJwt, Form::SdCwt].map(presented);
    let bundles = [
        ("x509", bundle(&[presented(Form::X509)])),
        ("sd-jwt", bundle(&[presented(Form::SdJwt)])),
        ("sd-kbt", bundle(&[presented(Form::SdCwt)])),
        ("all", bundle(&all)),
        ("offered", bundle(&[presented(Form::SdCwt), Made::KeyPackage(offered), Made::Offer(offered, 1000)])),
    ];
    let [(_, first), ..] = &bundles;
    let to = [0, 1].map(|leaf| Recipient { leaf, recipient_key: RECIPIENTS[leaf as usize].public() });
    let sealed = SealedDisclosure::seal(first, &sealing(EPOCHS[0] + 9), &to, &mut Counter(1)).expect("keys of the suite");
    let (claim_names, formats) = (vec!["name".to_owned()], vec![DisclosureFormat::SdKbt, DisclosureFormat::Other(9)]);
    let request = DisclosureRequest { challenge: Some([7; 32]), claim_names, formats, not_after: 9 };

    let mut seeds: Vec<_> = bundles.iter().map(|(name, bundle)| (*name, bundle.encode().expect("it is small"))).collect();
    seeds.push(("sealed", sealed.encode().expect("it is small")));
    seeds.push(("request", request.encode().expect("it is small")));
    seeds.into_iter().map(|(name, octets)| (name, [&[0], &octets[..]].concat())).collect()
}
