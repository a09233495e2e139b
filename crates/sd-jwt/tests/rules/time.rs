//! JWT-T and JWT-V-017: the dates of the token.

use crate::support::*;
use mimicred_claims::Clock;
use mimicred_error::{At, Report};
use mimicred_sd_jwt::{Code, Error, Expectations, KeyBinding, TypeRule};

fn at(members: &str, now: i64, leeway: u32) -> Result<(), Error> {
    let issuers = trusted();
    let expected = Expectations { clock: Clock { now, leeway }, ..expectations(&issuers, KeyBinding::NotExpected) };
    verify_as(&token(members, &[]), TypeRule::AnySdJwt, &expected).map(drop)
}

/// JWT-T-001, JWT-T-003: boundaries, with and without leeway.
#[test]
fn boundaries() {
    for (members, now, leeway, ok) in [
        (r#""exp":1000"#, 999, 0, true),
        (r#""exp":1000"#, 1000, 0, false),
        (r#""exp":1000"#, 1009, 10, true),
        (r#""exp":1000"#, 1010, 10, false),
        (r#""nbf":1000"#, 1000, 0, true),
        (r#""nbf":1000"#, 999, 0, false),
        (r#""nbf":1000"#, 990, 10, true),
        (r#""nbf":1000"#, 989, 10, false),
        (r#""iat":1000"#, 1000, 0, true),
        (r#""iat":1000"#, 999, 0, false),
        (r#""iat":1000"#, 990, 10, true),
        // JWT-T-002: fractions.
        (r#""exp":1000.5"#, 1000, 0, true),
        (r#""exp":1000.5"#, 1001, 0, false),
        (r#""nbf":999.5"#, 1000, 0, true),
        (r#""nbf":1000.5"#, 1000, 0, false),
        (r#""exp":1e3"#, 999, 0, true),
        (r#""exp":1e3"#, 1000, 0, false),
        (r#""exp":-1"#, -2, 0, true),
        (r#""exp":99999999999999999999999999"#, i64::MAX, u32::MAX, true),
        (r#""nbf":99999999999999999999999999"#, i64::MAX, u32::MAX, false),
        (r#""exp":1"#, i64::MIN, u32::MAX, true),
        ("", i64::MAX, 0, true),
    ] {
        let result = at(members, now, leeway);
        assert_eq!(result.is_ok(), ok, "{members} at {now}±{leeway}");
        if let Err(error) = result {
            assert_eq!(error.code(), Code::Time);
            assert_eq!(error.place(), &At::Field(members[1..4].to_owned().into()), "the place says which date");
        }
    }
}

/// JWT-T-002.
#[test]
fn dates_are_numbers() {
    for name in ["exp", "nbf", "iat"] {
        for value in ["\"1683000000\"", "null", "true", "[]", "{}", "1e400"] {
            let error = at(&format!(r#""{name}":{value}"#), NOW, 0).unwrap_err();
            assert_eq!((error.code(), error.place()), (Code::ClaimType, &At::Field(name.into())), "{name}: {value}");
        }
    }
}

/// JWT-V-017, trap 6: a date may be a disclosure. Whether it must be there is for the caller to say, who is told.
#[test]
fn disclosed_dates_count() {
    let dated = |json: &str| {
        let text = disclosure(json);
        let token = token(&format!(r#""_sd":["{}"]"#, digest(&text)), &[&text]);
        verify_plain(&token)
    };
    assert!(dated(&format!(r#"["s","exp",{}]"#, NOW + 1)).is_ok());
    assert_eq!(refused(dated(&format!(r#"["s","exp",{NOW}]"#))), Code::Time);
    assert_eq!(refused(dated(&format!(r#"["s","nbf",{}]"#, NOW + 1))), Code::Time);
    assert_eq!(refused(dated(r#"["s","exp","never"]"#)), Code::ClaimType);

    let exp = disclosure(&format!(r#"["s","exp",{}]"#, NOW + 1));
    let issuers = trusted();
    let expires = |disclosures: &[&str]| {
        let text = token(&format!(r#""_sd":["{}"]"#, digest(&exp)), disclosures);
        let presentation = mimicred_sd_jwt::UnverifiedPresentation::parse(&text).unwrap();
        presentation.verify(&expectations(&issuers, KeyBinding::NotExpected)).unwrap().expires()
    };
    assert_eq!(expires(&[&exp]), Some((NOW + 1).into()));
    assert_eq!(expires(&[]), None);
}

/// The date of the key binding is readable before anything is verified, in whole seconds and never earlier than it says.
#[test]
fn bound_at() {
    for (iat, expected) in
        [("5", Some(5)), ("5.25", Some(6)), ("-0.5", Some(0)), ("1e3", Some(1000)), ("\"5\"", None), ("", None), ("1e30", None)]
    {
        let text = bind_with(&token("", &[]), "iat", iat);
        assert_eq!(mimicred_sd_jwt::UnverifiedPresentation::parse(&text).unwrap().bound_at(), expected, "{iat}");
    }
    assert_eq!(mimicred_sd_jwt::UnverifiedPresentation::parse(&token("", &[])).unwrap().bound_at(), None);
}
