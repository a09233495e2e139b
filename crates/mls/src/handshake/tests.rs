//! mimi-mls 2.8: opened by members of the epoch and by the hub, by nobody else, and nowhere else.

use mimicred_keys::SystemRandom;

use super::*;

const MESSAGE: &[u8] = b"a PublicMessage with leaves in it";
const PLACE: (&[u8], u64) = (&[1; 16], 7);

fn exported(octet: u8, suite: Suite) -> HandshakeKey {
    HandshakeKey::new(vec![octet; suite.hpke().aead.key_len()])
}

fn wrapped(suite: Suite, hub: &HubKey) -> WrappedHandshake {
    WrappedHandshake::wrap(suite, PLACE, &exported(5, suite), hub.public(), MESSAGE, &mut SystemRandom).unwrap()
}

fn code<T: fmt::Debug>(result: Result<T, Error>) -> Code {
    result.unwrap_err().code()
}

#[test]
fn a_wrapped_handshake_is_for_members_of_its_epoch_and_the_hub() {
    for suite in Suite::ALL {
        let (hub, other) =
            (HubKey::generate(suite, &mut SystemRandom).unwrap(), HubKey::generate(suite, &mut SystemRandom).unwrap());
        let octets = wrapped(suite, &hub).to_message().unwrap();
        let Handshake::Wrapped(received) = Handshake::decode(&octets).unwrap() else { panic!("another kind") };
        assert_eq!((received.group_id.as_slice(), received.epoch), PLACE);
        assert_eq!(received.open(suite, &exported(5, suite)).unwrap(), MESSAGE);
        assert_eq!(received.open_as_hub(suite, &hub).unwrap(), MESSAGE);
        assert_eq!(code(received.open(suite, &exported(6, suite))), Code::HandshakeUnreadable);
        assert_eq!(code(received.open_as_hub(suite, &other)), Code::HandshakeUnreadable);
        // Not even part of it is in what travels.
        assert!(!octets.windows(8).any(|window| MESSAGE.windows(8).any(|part| part == window)));
    }
}

#[test]
fn a_sealed_handshake_is_for_one() {
    for suite in Suite::ALL {
        let hub = HubKey::generate(suite, &mut SystemRandom).unwrap();
        let (bob, carol) = (
            RecipientKey::generate(suite, &mut SystemRandom).unwrap(),
            RecipientKey::generate(suite, &mut SystemRandom).unwrap(),
        );
        let to_hub = SealedHandshake::seal(suite, PLACE, hub.public(), MESSAGE, &mut SystemRandom).unwrap();
        let octets = to_hub.to_message().unwrap();
        let Handshake::Sealed(received) = Handshake::decode(&octets).unwrap() else { panic!("another kind") };
        assert_eq!(received.open_as_hub(suite, &hub).unwrap(), MESSAGE);
        let to_bob = SealedHandshake::seal(suite, PLACE, bob.public(), MESSAGE, &mut SystemRandom).unwrap();
        assert_eq!(to_bob.open(suite, &bob).unwrap(), MESSAGE);
        assert_eq!(code(to_bob.open(suite, &carol)), Code::HandshakeUnreadable);
        assert_eq!(code(to_bob.open_as_hub(suite, &hub)), Code::HandshakeUnreadable);
    }
}

/// Group and epoch are part of what is opened: a handshake cannot be given out as one of another epoch.
#[test]
fn a_handshake_is_of_its_group_and_epoch() {
    let suite = Suite::X25519Aes128Ed25519;
    let hub = HubKey::generate(suite, &mut SystemRandom).unwrap();
    let sealed = SealedHandshake::seal(suite, PLACE, hub.public(), MESSAGE, &mut SystemRandom).unwrap();
    let wrapped = wrapped(suite, &hub);
    let elsewhere: [(Vec<u8>, u64); 2] = [(vec![2; 16], 7), (vec![1; 16], 8)];
    for (group_id, epoch) in elsewhere {
        let moved = WrappedHandshake { group_id: group_id.clone(), epoch, ..wrapped.clone() };
        assert_eq!(code(moved.open(suite, &exported(5, suite))), Code::HandshakeUnreadable);
        assert_eq!(code(moved.open_as_hub(suite, &hub)), Code::HandshakeUnreadable);
        let moved = SealedHandshake { group_id, epoch, ..sealed.clone() };
        assert_eq!(code(moved.open_as_hub(suite, &hub)), Code::HandshakeUnreadable);
    }
}

/// RFC 9180 and the AEAD leave no bit of a handshake that could be changed unnoticed, but for those that say which kind it is.
#[test]
fn every_flipped_bit_is_noticed() {
    let suite = Suite::X25519Aes128Ed25519;
    let hub = HubKey::generate(suite, &mut SystemRandom).unwrap();
    let sealed = SealedHandshake::seal(suite, PLACE, hub.public(), MESSAGE, &mut SystemRandom).unwrap().to_message().unwrap();
    let wrapped = wrapped(suite, &hub).to_message().unwrap();
    for octets in [wrapped, sealed] {
        for bit in 0..octets.len() * 8 {
            let mut flipped = octets.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            match Handshake::decode(&flipped) {
                Err(_) => {}
                Ok(Handshake::Clear(_)) => assert!(bit < 32, "bit {bit}"),
                Ok(Handshake::Sealed(handshake)) => {
                    // Of a public X25519 key the last bit is not looked at (RFC 7748 5); it is in the key schedule all the same.
                    assert_eq!(code(handshake.open_as_hub(suite, &hub)), Code::HandshakeUnreadable, "bit {bit}");
                }
                Ok(Handshake::Wrapped(handshake)) => {
                    assert_eq!(code(handshake.open_as_hub(suite, &hub)), Code::HandshakeUnreadable, "bit {bit}");
                }
            }
        }
    }
}

#[test]
fn malformed_ones_are_named() {
    let suite = Suite::X25519Aes128Ed25519;
    let hub = HubKey::generate(suite, &mut SystemRandom).unwrap();
    let octets = wrapped(suite, &hub).to_message().unwrap();
    for length in 4..octets.len() {
        assert_eq!(code(Handshake::decode(&octets[..length])), Code::Truncated, "{length}");
    }
    assert_eq!(code(Handshake::decode(&[&octets[..], &[0]].concat())), Code::TrailingOctets);
    for other in [&b""[..], b"\x00\x01\xf0", b"\x00\x02\xf0\xd0"] {
        assert_eq!(Handshake::decode(other).unwrap(), Handshake::Clear(other.to_vec()));
    }
    let short = Writer::new().u16(1).u16(WRAPPED).vector(&[1]).u64(7).vector(&[2]).vector(&[3]).vector(&[4; 11]).vector(&[5]);
    assert_eq!(code(Handshake::decode(&short.finish().unwrap())), Code::HandshakeNonce);
    // A PublicMessage, as RFC 9420 6 frames it, is left to those who read it.
    assert_eq!(Handshake::decode(b"\x00\x01\x00\x01abc").unwrap(), Handshake::Clear(b"\x00\x01\x00\x01abc".to_vec()));
}

#[test]
fn debug_shows_epoch_and_size_only() {
    let suite = Suite::X25519Aes128Ed25519;
    let hub = HubKey::generate(suite, &mut SystemRandom).unwrap();
    assert_eq!(format!("{:?}", wrapped(suite, &hub)), "WrappedHandshake(epoch 7, 49 octets)");
    assert_eq!(format!("{:?}", exported(5, suite)), "HandshakeKey { .. }");
}
