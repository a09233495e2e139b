use super::*;

/// 24 octets of the issuer, six of the user, 20 of the issuer.
fn credential(user: &[u8; 6]) -> Vec<u8> {
    [b"issued by a.example for ", &user[..], b" and for nobody else"].concat()
}

fn others(count: u8) -> Vec<Vec<Vec<u8>>> {
    (0..count).map(|number| vec![vec![number; 40], credential(&[number; 6])]).collect()
}

fn set() -> NeedleSet {
    let mut set = NeedleSet::new("PS(Alice,1)");
    set.windows("credential", credential(b"\xf1\xf2\xf3\xf4\xf5\xf6")).unwrap();
    set.whole("serial", b"\xf1\xf2\xf3\xf4\xf5\xf6").unwrap();
    set.whole("issuer", "a.example").unwrap();
    set
}

/// 50 octets have 35 windows; 9 lie in the first 24 octets, 5 in the last 20, 21 have octets of the user.
#[test]
fn ten_other_users_make_octets_constant_and_nine_do_not() {
    let nine = set().without(&Constant::of(others(9)).with_own(0));
    assert_eq!(nine, set());
    let ten = set().without(&Constant::of(others(10)).with_own(0));
    let labels: Vec<&str> = ten.needles().iter().map(Needle::label).collect();
    assert_eq!(labels, ["credential", "serial"]);
    let windows: Vec<&[u8]> = ten.needles()[0].windows().collect();
    assert_eq!(windows.len(), 21);
    assert_eq!(windows[0], b" by a.example for \xf1"[3..].to_vec());
}

/// One window of one octet more in one credential too few.
#[test]
fn the_subtraction_is_per_window() {
    let mut users = others(10);
    users[3][1][0] = b'I';
    let constant = Constant::of(users).with_own(0);
    assert!(!constant.has(b"issued by a.exam"));
    assert!(constant.has(b"ssued by a.examp"));
    assert_eq!(set().without(&constant).needles()[0].windows().count(), 22);
}

/// Windows at the edges have one, two or three octets of the user: three at each end.
#[test]
fn windows_with_few_octets_of_their_own_are_taken_out() {
    let own = |octets| set().without(&Constant::of(others(10)).with_own(octets)).needles()[0].windows().count();
    assert_eq!((own(0), own(1), own(2), own(3), own(4)), (21, 21, 19, 17, 15));
    assert_eq!(set().without(&Constant::of(others(10))).needles()[0].windows().count(), 15);
    // The six octets of the user can be in no window with seven of them.
    assert_eq!(own(7), 0);
}

#[test]
fn the_same_user_counts_once() {
    let user: Vec<Vec<u8>> = (0..20).map(|number| credential(&[number; 6])).collect();
    assert_eq!(set().without(&Constant::of([user])), set());
}

#[test]
fn subtraction_adds_up() {
    let first = Constant::of(others(10)).with_own(0);
    let user = |n: u8| vec![[b"\xf1\xf2\xf3\xf4\xf5\xf6 and for n".to_vec(), vec![n]].concat()];
    let second = Constant::of((0..10).map(user)).with_own(0);
    let rest = set().without(&first).without(&second);
    assert_eq!(rest.needles().len(), 1, "the serial is constant now");
    assert_eq!(rest.needles()[0].windows().count(), 20);
}

#[test]
fn without_other_users_nothing_is_constant() {
    assert_eq!(set().without(&Constant::of(others(0))), set());
}
