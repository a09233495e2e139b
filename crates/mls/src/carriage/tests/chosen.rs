//! Which parts of a content count.

use super::*;

/// The first alternative of a kind that the room accepts; whether it is well-formed does not count, so that all choose the same.
#[test]
fn of_alternatives_the_first_accepted() {
    let alternatives = |parts| with_body(multi(PartSemantics::ChooseOne, parts));
    let kbt = || single("application/kb+cwt", &[1]);
    let jwt = || single("application/sd-jwt", TEXT.as_bytes());
    let broken = || single("application/sd-jwt", b"e30");
    let text = || single("text/plain", b"see my profile");
    let (all, none) = (|_| true, |_| false);
    let only = |wanted: Kind| move |kind: Kind| kind == wanted;
    assert_eq!(places(alternatives(vec![kbt(), jwt()]), all), [(1, None)]);
    assert_eq!(places(alternatives(vec![kbt(), jwt()]), only(Kind::SdJwt)), [(2, None)]);
    assert_eq!(places(alternatives(vec![kbt(), jwt()]), none), [(1, None)], "so that somebody can say why");
    assert_eq!(places(alternatives(vec![broken(), kbt()]), all), [(1, None)]);
    assert!(chosen(alternatives(vec![broken(), kbt()]), all)[0].2.starts_with("Unreadable"));
    assert_eq!(places(alternatives(vec![text(), jwt()]), all), [(2, None)]);
    assert_eq!(places(alternatives(vec![text(), jwt()]), none), [(2, None)]);
    // Of a unit everything must be accepted, of anything else something.
    let unit = || multi(PartSemantics::SingleUnit, vec![jwt(), kbt()]);
    let both = || multi(PartSemantics::ProcessAll, vec![kbt(), jwt()]);
    assert_eq!(places(alternatives(vec![unit(), jwt()]), only(Kind::SdJwt)), [(4, None)]);
    assert_eq!(places(alternatives(vec![unit(), jwt()]), all), [(2, Some(1)), (3, Some(1))]);
    assert_eq!(places(alternatives(vec![both(), jwt()]), only(Kind::SdJwt)), [(2, None), (3, None)]);
    // A credential counts as what its media type or its own type says.
    let x509 = x509().encode().unwrap();
    let credentials = |content_type: &str| alternatives(vec![single(content_type, &x509), jwt()]);
    let is_x509 = |kind| matches!(kind, Kind::Credential(Some(credential::X509)));
    assert_eq!(places(credentials("application/mls-credential"), is_x509), [(1, None)]);
    assert_eq!(places(credentials("application/mls-credential;name=sd_cwt"), is_x509), [(1, None)], "neither is accepted");
    assert!(chosen(credentials("application/mls-credential;name=sd_cwt"), is_x509)[0].2.contains("disagree"));
    assert!(chosen(credentials("application/mls-credential;name=x"), all)[0].2.contains("not a media type"));
}

#[test]
fn other_parts_are_for_others_unless_a_unit_holds_them() {
    let kbt = || single("application/kb+cwt", &[1]);
    let text = || single("text/plain", b"see my profile");
    let null = || NestedPart { part: Part::Null, ..text() };
    let group = |semantics, parts| with_body(multi(semantics, parts));
    assert_eq!(places(group(PartSemantics::ProcessAll, vec![text(), null(), kbt()]), |_| true), [(3, None)]);
    let unit = chosen(group(PartSemantics::SingleUnit, vec![text(), null(), kbt()]), |_| true);
    assert_eq!(unit.len(), 2);
    assert_eq!(unit[0], (1, Some(0), "Foreign(\"text/plain\")".to_owned()));
    // The outermost unit counts.
    let inner = multi(PartSemantics::SingleUnit, vec![kbt(), kbt()]);
    assert_eq!(
        places(group(PartSemantics::SingleUnit, vec![kbt(), inner.clone()]), |_| true),
        [(1, Some(0)), (3, Some(0)), (4, Some(0))]
    );
    assert_eq!(places(group(PartSemantics::ProcessAll, vec![kbt(), inner]), |_| true), [(1, None), (3, Some(2)), (4, Some(2))]);
    // What has no place in a content is not passed over either.
    for content_type in ["application/sd-cwt", "application/mimi-disclosure-sealed"] {
        let found = chosen(group(PartSemantics::ProcessAll, vec![single(content_type, &[1]), kbt()]), |_| true);
        assert_eq!(found.len(), 2);
        assert!(found[0].2.contains(content_type), "{found:?}");
    }
    assert_eq!(refusal(with_body(text())), Some(Code::NotAReveal));
    assert_eq!(refusal(with_body(null())), Some(Code::NotAReveal));
    assert_eq!(refusal(group(PartSemantics::ProcessAll, vec![text(), single("no type", b"")])), Some(Code::NotAReveal));
    assert_eq!(refusal(with_body(single("application/sd-cwt", &[1]))), Some(Code::NotAReveal));
    assert_eq!(refusal(with_body(single("application/mimi-content", &[1]))), Some(Code::NotAReveal), "no content in a content");
}
