use proptest::prelude::*;

use super::*;

fn path(text: &str) -> ClaimPath {
    text.parse().unwrap()
}

#[test]
fn reads_each_form() {
    let key = |name: &str| Step::Key(Key::Text(Cow::Owned(name.to_owned())));
    assert_eq!(path("address.country").steps(), [key("address"), key("country")]);
    assert_eq!(path("nationalities[0]").steps(), [key("nationalities"), Step::Index(0)]);
    assert_eq!(path("cars[].make").steps(), [key("cars"), Step::Every, key("make")]);
    assert_eq!(path("a[][2]").steps(), [key("a"), Step::Every, Step::Index(2)]);
    assert_eq!(path("170").steps(), [Step::Key(Key::Int(170))]);
    assert_eq!(path("-65537.1").steps(), [Step::Key(Key::Int(-65537)), Step::Key(Key::Int(1))]);
    assert_eq!(path(r#""170""#).steps(), [key("170")]);
    assert_eq!(path(r#""a.b\"c\\""#).steps(), [key(r#"a.b"c\"#)]);
    assert_eq!(path("vct#integrity").steps(), [key("vct#integrity")]);
    assert_eq!(path("007").steps(), [key("007")]);
}

#[test]
fn refuses_what_is_no_path() {
    for text in
        ["", ".", "a.", ".a", "a..b", "[0]", "a[", "a]", "a[-1]", "a[01]", "a[x]", "a[0]b", "a b", "\"a", "\"a\\n\"", "a\"b\""]
    {
        assert_eq!(text.parse::<ClaimPath>().unwrap_err().code(), Code::PathMalformed, "{text:?}");
    }
    assert!("a.".repeat(64).parse::<ClaimPath>().is_err());
    assert!("x".repeat(MAX_TEXT + 1).parse::<ClaimPath>().is_err());
}

#[test]
fn a_number_step_names_a_json_member_and_wildcards_name_elements() {
    assert!(path("age_equal_or_over.18").names(&path(r#"age_equal_or_over."18""#)));
    assert!(!path(r#"age_equal_or_over."18""#).names(&path("age_equal_or_over.18")));
    assert!(path("cars[].make").names(&path("cars[3].make")));
    assert!(!path("cars[].make").names(&path("cars[3]")));
    assert!(path("cars").is_prefix_of(&path("cars[3].make")));
}

proptest! {
    #[test]
    fn printed_paths_read_back(names in prop::collection::vec(prop_oneof![
        ".{0,8}".prop_map(|s| Step::Key(Key::Text(Cow::Owned(s)))),
        any::<i64>().prop_map(|n| Step::Key(Key::Int(n.into()))),
        any::<usize>().prop_map(Step::Index),
        Just(Step::Every),
    ], 0..6)) {
        let mut steps = vec![Step::Key(Key::Int(8))];
        steps.extend(names);
        let path = ClaimPath::new(steps);
        prop_assert_eq!(path.to_string().parse::<ClaimPath>().unwrap(), path);
    }

    #[test]
    fn never_panics(text in ".{0,40}") {
        let _ = text.parse::<ClaimPath>();
    }
}
