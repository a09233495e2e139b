use mimicred_keys::sha256;

use super::*;

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// The one of mimi-mls 3.6.3: inviter key 32×03, the policy of 3.4.4.
fn link() -> JoinLink {
    let policy_hash = hex("e3b189329ae417ef40608ae14ce37867fdcc9c73735ee63a138e486598154f1e");
    JoinLink {
        room_uri: "mimi://hub.example/r/clubhouse".parse().unwrap(),
        seed: [9; 32].into(),
        group_id: vec![1; 16],
        inviter_key_hash: sha256(&[3; 32]),
        policy_hash: Some(policy_hash.try_into().unwrap()),
        not_after: 1_790_000_000,
    }
}

fn code<T: fmt::Debug>(result: Result<T, Error>) -> Code {
    result.unwrap_err().code()
}

#[test]
fn vector_of_a_join_link() {
    let link = link();
    let public = link.public_key().unwrap();
    assert_eq!(public.octets(), hex("fd1724385aa0c75b64fb78cd602fa1d991fdebf76b13c58ed702eac835e9f618"));
    let content = joining_content(&link.room_uri, &[2; 32], &[4; 32]).unwrap();
    assert_eq!(content.len(), 97);
    assert!(content.starts_with(b"\x1emimi://hub.example/r/clubhouse\x20\x02\x02"));
    let digest = hex("347ad6e6f8ce98d3e00277b3e45458277ecc77cbe74e72669ba5ecbdbdfb77c0");
    assert_eq!(sha256(&content).to_vec(), digest);
    let joining_code = link.joining_code(&[2; 32], &[4; 32]).unwrap();
    let expected = "8a35a1cacd4f67afa70857dcf62ecf896016890b6af29a5b6f1613772713d2aa\
                    7c746017595a7b4b189519d5b1fb6fa0039c02919ea2e13301cfb190ba56c706";
    assert_eq!(joining_code, hex(expected));
    let payload = link.payload().unwrap();
    assert_eq!(payload.len(), 124);
    assert_eq!(sha256(&payload).to_vec(), hex("ce1bbcb298b240b0b4d7144d85c94731c4442260193894423c37cad4cbb778dc"));
    assert_eq!(JoinLink::parse(&link.to_text().unwrap()).unwrap(), link);
}

/// A code serves nobody but who asked, and no other room or link.
#[test]
fn a_joining_code_is_for_one_request() {
    let link = link();
    let joining_code = link.joining_code(&[2; 32], &[4; 32]).unwrap();
    let key = link.public_key().unwrap();
    let verify = |key: &PublicKey, room: &str, signature_key: &[u8], info_key: &[u8], joining_code: &[u8]| {
        verify_joining_code(key, &room.parse().unwrap(), signature_key, info_key, joining_code)
    };
    let room = "mimi://hub.example/r/clubhouse";
    verify(&key, room, &[2; 32], &[4; 32], &joining_code).unwrap();
    let other = JoinLink { seed: [8; 32].into(), ..link.clone() }.public_key().unwrap();
    assert_eq!(code(verify(&other, room, &[2; 32], &[4; 32], &joining_code)), Code::JoiningCodeInvalid);
    let elsewhere = "mimi://hub.example/r/elsewhere";
    assert_eq!(code(verify(&key, elsewhere, &[2; 32], &[4; 32], &joining_code)), Code::JoiningCodeInvalid);
    assert_eq!(code(verify(&key, room, &[3; 32], &[4; 32], &joining_code)), Code::JoiningCodeInvalid);
    assert_eq!(code(verify(&key, room, &[2; 32], &[5; 32], &joining_code)), Code::JoiningCodeInvalid);
    assert_eq!(code(verify(&key, room, &[2; 32], &[4; 32], &joining_code[1..])), Code::JoiningCodeInvalid);
    let p256 = mimicred_keys::SecretKey::generate(Algorithm::P256, &mut mimicred_keys::SystemRandom).unwrap();
    assert_eq!(code(verify(p256.public(), room, &[2; 32], &[4; 32], &joining_code)), Code::JoiningCodeInvalid);
}

#[test]
fn malformed_links() {
    let text = link().to_text().unwrap();
    let (room, payload) = text.split_once("#jl1.").unwrap();
    let parse = |text: &str| code(JoinLink::parse(text));
    assert_eq!(parse(room), Code::JoinLinkMalformed);
    assert_eq!(parse(&format!("{room}#jl2.{payload}")), Code::JoinLinkMalformed);
    assert_eq!(parse(&format!("{room}#jl1.{payload}=")), Code::JoinLinkMalformed);
    assert_eq!(parse(&format!("{room}#jl1.{payload}#")), Code::JoinLinkMalformed);
    assert_eq!(parse(&format!("mimi://hub.example/u/alice#jl1.{payload}")), Code::UriInvalid);
    assert_eq!(parse(&format!("https://hub.example/#jl1.{payload}")), Code::UriInvalid);
    assert_eq!(parse(&format!("{room}#jl1.{}", "A".repeat(3000))), Code::Limit);
    let with = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut octets = link().payload().unwrap().to_vec();
        change(&mut octets);
        parse(&format!("{room}#jl1.{}", base64url::encode(&octets)))
    };
    assert_eq!(with(&|octets| octets.push(0)), Code::TrailingOctets);
    assert_eq!(with(&|octets| octets.truncate(100)), Code::Truncated);
    assert_eq!(
        with(&|octets| {
            octets.splice(..33, [&[31][..], &[9; 31]].concat());
        }),
        Code::JoinLinkMalformed
    );
    assert_eq!(
        with(&|octets| {
            octets.splice(83..116, [1, 7]);
        }),
        Code::JoinLinkMalformed
    );
    // Without a policy.
    let bare = JoinLink { policy_hash: None, ..link() };
    assert_eq!(JoinLink::parse(&bare.to_text().unwrap()).unwrap(), bare);
}

#[test]
fn debug_shows_no_seed() {
    let shown = format!("{:?}", link());
    assert!(shown.contains("clubhouse") && !shown.contains("9, 9"), "{shown}");
}
