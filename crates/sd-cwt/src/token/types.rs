//! The `typ` of an SD-CWT.

use mimicred_claims::Value;

/// `typ` of an SD-CWT, as a CoAP content format.
pub(crate) const TYPE: i64 = 293;
/// The same as a media type.
const MEDIA_TYPE: &str = "application/sd-cwt";

/// Which `typ` of the SD-CWT is accepted (CWT-Y-001, CWT-Y-003).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TypeRule {
    /// 293 or `application/sd-cwt`.
    #[default]
    SdCwt,
    /// This more specific media type, `application/example+sd-cwt` for instance.
    Exactly(String),
}

impl TypeRule {
    /// Media types are compared without regard to case, and have no parameters (CWT-Y-004).
    pub(super) fn accepts(&self, typ: Option<&Value<'_>>) -> bool {
        match (self, typ) {
            (TypeRule::SdCwt, Some(Value::Int(number))) => *number == i128::from(TYPE),
            (TypeRule::SdCwt, Some(Value::Text(name))) => name.eq_ignore_ascii_case(MEDIA_TYPE),
            (TypeRule::Exactly(wanted), Some(Value::Text(name))) => is_sd_cwt_type(name) && name.eq_ignore_ascii_case(wanted),
            _ => false,
        }
    }
}

/// Whether this is the media type of an SD-CWT, or of something that is one (CWT-Y-006).
pub(crate) fn is_sd_cwt_type(name: &str) -> bool {
    const PREFIX: &str = "application/";
    const SUFFIX: &str = "+sd-cwt";
    let name = name.to_ascii_lowercase();
    let is_token = |name: &str| name.bytes().all(|c| c.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&c));
    let specific = name.strip_prefix(PREFIX).and_then(|name| name.strip_suffix(SUFFIX));
    name == MEDIA_TYPE || specific.is_some_and(|name| !name.is_empty() && is_token(name))
}
