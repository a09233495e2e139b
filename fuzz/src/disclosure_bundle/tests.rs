use super::made::{Form, Offered, Presentation};
use super::*;

fn input(made: Vec<Made>, edits: Vec<Edit>) -> Input {
    let (sender, room) = (Who::Alice, Place::Here);
    Input { sender, is_late: false, subject: sender, room, made, edits, sealed: vec![(9, 1)] }
}

/// What is good is taken, and every edit of it is seen.
#[test]
fn good_bundles_hold() {
    for form in [Form::X509, Form::SdJwt, Form::SdCwt] {
        let made = || vec![Made::Presentation(Presentation::good(Who::Alice, form, EPOCHS[0]))];
        assert_eq!(structured(&input(made(), vec![])), "room/ok");
        assert_eq!(structured(&input(made(), vec![Edit::Repeat(0), Edit::Swap(0, 1)])), "room/ok");
        // The signature of a CredentialPresentation names the epoch; the others have the nonce of theirs.
        let late = if form == Form::X509 { "room/binding-invalid" } else { "room/nonce-mismatch" };
        assert_eq!(structured(&Input { is_late: true, ..input(made(), vec![]) }), late);
        assert_eq!(structured(&Input { sender: Who::Bob, ..input(made(), vec![]) }), "room/subject-mismatch");
        assert_eq!(structured(&input(made(), vec![Edit::Drop(0)])), "nothing");
        assert_ne!(structured(&input(made(), vec![Edit::Flip(0, 77)])), "room/ok");
    }
}

/// So is an offer, unless a bit of it or of its KeyPackage is turned over.
#[test]
fn good_offers_hold() {
    let made = |offered: Offered| vec![Made::Pair(offered, 1000)];
    let good = Offered::good(Who::Alice);
    assert_eq!(structured(&input(made(good), vec![])), "offered");
    assert_ne!(structured(&input(vec![Made::Pair(good, 4)], vec![])), "offered");
    assert_ne!(structured(&input(made(Offered::good(Who::Bob)), vec![])), "offered");
    assert_ne!(structured(&input(made(Offered { room: Place::Elsewhere, ..good }), vec![])), "offered");
    for item in [0, 1] {
        for bit in (0..4000).step_by(61) {
            assert_ne!(structured(&input(made(good), vec![Edit::Flip(item, bit)])), "offered", "{item} {bit}");
        }
    }
}
