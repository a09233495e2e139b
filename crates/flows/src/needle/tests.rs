use super::*;

/// Four octets are the least for what must occur whole, two if that is stated, a window for windows.
#[test]
fn short_needles_are_refused() {
    let mut set = NeedleSet::new("S");
    let refused = |result: Result<(), Error>| result.map_err(|error| error.code()) == Err(Code::NeedleTooShort);
    assert!(refused(set.whole("w", "bob")));
    assert!(refused(set.whole_though_short("w", "b")));
    assert!(refused(set.windows("w", [7; 15])));
    assert!(set.is_empty() && set.needles().is_empty());
    set.whole("w", "bobb").unwrap();
    set.whole_though_short("w", "bo").unwrap();
    set.windows("w", [7; 16]).unwrap();
    assert_eq!(set.len(), 3);
}

#[test]
fn windows_are_counted_one_by_one() {
    let mut set = NeedleSet::new("S");
    set.windows("w", (0..20).collect::<Vec<u8>>()).unwrap();
    assert_eq!(set.len(), 5);
    let windows: Vec<&[u8]> = set.needles()[0].windows().collect();
    assert_eq!(windows[4], (4..20).collect::<Vec<u8>>());
    let mut both = NeedleSet::new("both");
    both.whole("x", "whole").unwrap();
    both.include(&set);
    assert_eq!((both.len(), both.needles().len()), (6, 2));
}

#[test]
fn debug_has_no_octets() {
    let mut set = NeedleSet::new("S");
    set.whole("w", vec![211; 5]).unwrap();
    let text = format!("{set:?}");
    assert!(text.contains("octets: 5") && !text.contains("211"), "{text}");
}
