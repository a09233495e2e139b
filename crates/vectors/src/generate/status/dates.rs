//! Status List Tokens: dates, and how long to keep them.

use mimicred_claims::Value;

use super::tokens::*;
use super::verify::{expected, of_cwt, of_jwt};
use crate::cast::NOW;
use crate::draft::{Draft, case};
use crate::object::Object;

pub(super) fn write(file: &mut Draft) {
    dates(file);
    keeping(file);
}

fn dates(file: &mut Draft) {
    file.group("Dates", expecting());
    let (ending, beginning) = (|exp: i64| exp.to_string(), |nbf: i64| nbf.to_string());
    let rules = ["CWT-S-005"];
    let cwt = Cwt::new().claim("4", &ending(NOW + 1));
    file.valid(of_cwt("cwt-exp-next-second", "it expires in a second", &rules, &cwt), expected().int("expires", NOW + 1));
    file.refused(of_cwt("cwt-exp-now", "it expires now", &rules, &Cwt::new().claim("4", &ending(NOW))), "status/expired");
    let cwt = Cwt::new().claim("6", &beginning(NOW));
    file.valid(of_cwt("cwt-iat-now", "issued now", &rules, &cwt), expected().int("issued_at", NOW));
    file.refused(
        of_cwt("cwt-iat-next-second", "issued in a second", &rules, &Cwt::new().claim("6", &beginning(NOW + 1))),
        "status/premature",
    );
    file.refused(
        of_cwt("cwt-nbf-next-second", "it begins in a second", &rules, &Cwt::new().claim("5", &beginning(NOW + 1))),
        "status/premature",
    );
    let rules = ["JWT-S-003"];
    let jwt = Jwt::new().claim("exp", &ending(NOW + 1));
    file.valid(of_jwt("jwt-exp-next-second", "it expires in a second", &rules, &jwt), expected().int("expires", NOW + 1));
    file.refused(of_jwt("jwt-exp-now", "it expires now", &rules, &Jwt::new().claim("exp", &ending(NOW))), "status/expired");
    let jwt = Jwt::new().claim("nbf", &beginning(NOW));
    file.valid(of_jwt("jwt-nbf-now", "it begins now", &rules, &jwt), expected().int("not_before", NOW));
    file.refused(
        of_jwt("jwt-nbf-next-second", "it begins in a second", &rules, &Jwt::new().claim("nbf", &beginning(NOW + 1))),
        "status/premature",
    );
    file.refused(
        of_jwt("jwt-iat-next-second", "issued in a second", &rules, &Jwt::new().claim("iat", &beginning(NOW + 1))),
        "status/premature",
    );
    let aged = |id: &str, comment: &str, max_age: i128| {
        let input = Object::new().text("jwt", Jwt::new().text()).int("max_age", max_age);
        case(id, comment, &["draft-ietf-oauth-status-list-20 8.3"]).input(input)
    };
    file.valid(aged("age-most", "issued as long ago as is allowed", 60), expected());
    file.refused(aged("age-over", "issued a second longer ago", 59), "status/stale");
}

fn keeping(file: &mut Draft) {
    file.group("How long to keep it. From a minute to a day is our choice", expecting().int("fetched_at", NOW));
    let of = |id: &str, comment: &str, token: &Jwt, http: Option<i128>| {
        let input = Object::new().text("jwt", token.text()).with_some("http_max_age", http.map(Value::Int));
        case(id, comment, &["CWT-S-012", "JWT-S-009"]).flag("limit").input(input)
    };
    let until = |seconds: i64| Object::new().int("fresh_until", NOW + seconds);
    let unsaid = Jwt::new().without("exp").without("ttl");
    file.valid(of("keep-ttl", "ttl says it", &Jwt::new(), None), until(43_200));
    file.valid(of("keep-ttl-before-http", "ttl outranks HTTP", &Jwt::new(), Some(100)), until(43_200));
    let ending = Jwt::new().claim("exp", &(NOW + 3600).to_string());
    file.valid(of("keep-exp", "exp comes first", &ending, None), until(3600));
    file.valid(of("keep-http", "only HTTP says it", &unsaid, Some(100)), until(100));
    file.valid(of("keep-unsaid", "nothing says it", &unsaid, None), until(60));
    file.valid(of("keep-short", "ttl is a second", &Jwt::new().claim("ttl", "1"), None), until(60));
    file.valid(of("keep-long", "ttl is beyond reason", &Jwt::new().claim("ttl", "1000000000000000000"), None), until(86_400));
}
