//! Status List Tokens by hand.

use mimicred_claims::Value;
use mimicred_keys::Algorithm;

use super::super::by_hand::{Entries, bytes, jws, message, text};
use crate::cast::{self, NOW, public_jwk};
use crate::notation::octets;
use crate::object::{Object, unhex};
use crate::sign::FixedKey;

/// The name of the list.
pub(super) const URI: &str = "https://id.a.example/status/0";
/// When it was issued, and when it ends.
pub(super) const ISSUED: i64 = NOW - 60;
pub(super) const EXPIRES: i64 = 4_102_444_800;
/// The first example of the draft, compressed: 16 entries of one bit, the octets b9 a3.
pub(super) const LST: &str = "78dadbb918000217015d";
pub(super) const LST_BASE64URL: &str = "eNrbuRgAAhcBXQ";

pub(super) fn status_key() -> FixedKey {
    cast::key(Algorithm::P256, "status issuer")
}

/// Keys that are trusted for status, as the input of an operation.
pub(super) fn trusting(keys: &[FixedKey]) -> Value<'static> {
    Value::Array(keys.iter().map(|key| Object::new().with("key", public_jwk(key.public())).into()).collect())
}

/// What every token is verified with.
pub(super) fn expecting() -> Object {
    Object::new().with("keys", trusting(&[status_key()])).text("uri", URI).int("now", NOW)
}

/// Octets that the source has as hexadecimal digits.
pub(super) fn raw(digits: &str) -> Vec<u8> {
    unhex(&digits.replace(' ', "")).unwrap_or_else(|| unreachable!("{digits}"))
}

/// A token as a CWT.
#[derive(Clone)]
pub(super) struct Cwt {
    pub(super) protected: Entries,
    pub(super) unprotected: Entries,
    pub(super) claims: Entries,
    pub(super) key: FixedKey,
}

impl Cwt {
    pub(super) fn new() -> Self {
        let list = format!("{{\"bits\": 1, \"lst\": h'{LST}'}}");
        let claims = [
            ("2", text(URI)),
            ("6", ISSUED.to_string()),
            ("4", EXPIRES.to_string()),
            ("65534", "43200".to_owned()),
            ("65533", list),
        ];
        Self {
            protected: Entries::of(&[("1", "-9".to_owned()), ("16", text("application/statuslist+cwt"))]),
            unprotected: Entries::default(),
            claims: Entries::of(&claims),
            key: status_key(),
        }
    }

    pub(super) fn header(mut self, label: &str, value: &str) -> Self {
        self.protected.set(label, octets(value));
        self
    }

    pub(super) fn without_header(mut self, label: &str) -> Self {
        self.protected.remove(label);
        self
    }

    pub(super) fn unprotected(mut self, label: &str, value: &str) -> Self {
        self.unprotected.set(label, octets(value));
        self
    }

    pub(super) fn claim(mut self, key: &str, value: &str) -> Self {
        self.claims.set(key, octets(value));
        self
    }

    pub(super) fn without(mut self, key: &str) -> Self {
        self.claims.remove(key);
        self
    }

    /// With these octets, compressed or not, of entries of so many bits.
    pub(super) fn list(self, bits: u8, lst: &[u8]) -> Self {
        self.claim("65533", &format!("{{\"bits\": {bits}, \"lst\": {}}}", bytes(lst)))
    }

    pub(super) fn by(mut self, key: FixedKey) -> Self {
        self.key = key;
        self
    }

    pub(super) fn octets(&self) -> Vec<u8> {
        message(&self.key, [self.protected.encode(), self.unprotected.encode(), self.claims.encode()])
    }
}

/// A token as a JWT: the members of its header and payload, each value as JSON.
#[derive(Clone)]
pub(super) struct Jwt {
    header: Vec<(String, String)>,
    claims: Vec<(String, String)>,
    key: FixedKey,
}

fn set(members: &mut Vec<(String, String)>, name: &str, value: Option<&str>) {
    members.retain(|(other, _)| other != name);
    members.extend(value.map(|value| (name.to_owned(), value.to_owned())));
}

impl Jwt {
    pub(super) fn new() -> Self {
        let list = format!("{{\"bits\":1,\"lst\":\"{LST_BASE64URL}\"}}");
        let all = |members: &[(&str, String)]| members.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        Self {
            header: all(&[("alg", text("ES256")), ("typ", text("statuslist+jwt"))]),
            claims: all(&[
                ("sub", text(URI)),
                ("iat", ISSUED.to_string()),
                ("exp", EXPIRES.to_string()),
                ("ttl", "43200".to_owned()),
                ("status_list", list),
            ]),
            key: status_key(),
        }
    }

    pub(super) fn header(mut self, name: &str, value: Option<&str>) -> Self {
        set(&mut self.header, name, value);
        self
    }

    pub(super) fn claim(mut self, name: &str, value: &str) -> Self {
        set(&mut self.claims, name, Some(value));
        self
    }

    pub(super) fn without(mut self, name: &str) -> Self {
        set(&mut self.claims, name, None);
        self
    }

    /// With this member even if there is one of its name.
    pub(super) fn and(mut self, name: &str, value: &str) -> Self {
        self.claims.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn list(self, bits: u8, lst: &[u8]) -> Self {
        self.claim("status_list", &format!("{{\"bits\":{bits},\"lst\":\"{}\"}}", mimicred_jose::base64url::encode(lst)))
    }

    pub(super) fn by(mut self, key: FixedKey) -> Self {
        self.key = key;
        self
    }

    pub(super) fn header_text(&self) -> String {
        members(&self.header)
    }

    pub(super) fn payload_text(&self) -> String {
        members(&self.claims)
    }

    pub(super) fn text(&self) -> String {
        jws(&self.header_text(), &self.payload_text(), &self.key)
    }
}

fn members(members: &[(String, String)]) -> String {
    format!("{{{}}}", members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect::<Vec<_>>().join(","))
}
