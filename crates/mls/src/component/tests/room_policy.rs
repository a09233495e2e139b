//! base_room_policy and roles_list, by hand.

use super::*;

#[test]
fn a_base_policy_has_its_fields_in_order() {
    let policy = BaseRoomPolicy {
        fixed_membership: true,
        parent_room: Some("mimi://a.example/r/t".parse().unwrap()),
        multi_device: true,
        max_clients: Some(8),
        persistent_room: true,
        policy_component_ids: vec![0xd050, 0x0025],
        ..BaseRoomPolicy::default()
    };
    let octets = b"\x01\x00\x15\x14mimi://a.example/r/t\x01\x01\x00\x00\x00\x08\x00\x00\x01\x00\x04\xd0\x50\x00\x25";
    assert_eq!(policy.encode().unwrap(), octets);
    assert_eq!(BaseRoomPolicy::decode(octets).unwrap(), policy);
    let code = |octets: &[u8]| BaseRoomPolicy::decode(octets).unwrap_err().code();
    assert_eq!(code(&[&octets[..], &[0]].concat()), Code::TrailingOctets);
    assert_eq!(code(&octets[..20]), Code::Truncated);
    assert_eq!(code(b"\x02"), Code::FlagInvalid);
    // Two parents.
    let two = [&b"\x00\x00\x2a"[..], &b"\x14mimi://a.example/r/t".repeat(2), b"\x00\x00\x00\x00\x00\x00\x00"].concat();
    assert_eq!(code(&two), Code::Limit);
}

#[test]
fn roles_are_numbered_once() {
    let change = RoleChange { from_role_index: 2, target_role_indexes: vec![3, 1] };
    let role = Role {
        role_index: 3,
        role_name: "mod".into(),
        role_description: "m".into(),
        role_capabilities: vec![0xf051, 0x000c],
        minimum_participants: 1,
        maximum_participants: Some(5),
        minimum_active: 0,
        maximum_active: None,
        authorized_role_changes: vec![change],
    };
    let roles = RolesList::new(vec![role.clone()]).unwrap();
    let octets = b"\x2b\x00\x00\x00\x03\x03mod\x01m\x04\xf0\x51\x00\x0c\x00\x00\x00\x01\x01\x00\x00\x00\x05\x00\x00\x00\x00\x00\
                   \x0d\x00\x00\x00\x02\x08\x00\x00\x00\x03\x00\x00\x00\x01";
    assert_eq!(roles.encode().unwrap(), octets);
    assert_eq!(RolesList::decode(octets).unwrap(), roles);
    assert!(roles.allows(3, 0xf051) && !roles.allows(3, 0xf050) && !roles.allows(2, 0xf051));
    assert_eq!(RolesList::new(vec![role.clone(), role.clone()]).unwrap_err().code(), Code::ValueDuplicate);
    let twice = [&[0x40, 86][..], &octets[1..], &octets[1..]].concat();
    assert_eq!(RolesList::decode(&twice).unwrap_err().code(), Code::ValueDuplicate);
    assert_eq!(RolesList::decode(&octets[..octets.len() - 1]).unwrap_err().code(), Code::Truncated);
}

proptest! {
    #[test]
    fn room_policies_have_one_encoding(octets in prop::collection::vec(any::<u8>(), 0..90)) {
        if let Ok(policy) = BaseRoomPolicy::decode(&octets) {
            prop_assert_eq!(policy.encode().unwrap(), &octets[..]);
        }
        if let Ok(roles) = RolesList::decode(&octets) {
            prop_assert_eq!(roles.encode().unwrap(), &octets[..]);
        }
    }
}
