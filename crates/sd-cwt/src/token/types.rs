//! The `typ` of an SD-CWT.

use mimicred_claims::Value;

/// `typ` of an SD-CWT, as a CoAP content format.
pub(crate) const TYPE: i64 = 293;
/// The same as a media type.
const MEDIA_TYPE: &str = "application/sd-cwt";

/// What the drafts before -04 called it.
const EARLY_MEDIA_TYPE: &str = "application/sd+cwt";

/// Which `typ` of the SD-CWT is accepted (CWT-Y-001, CWT-Y-003).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TypeRule {
    /// 293 or `application/sd-cwt`.
    #[default]
    SdCwt,
    /// This more specific media type, `application/example+sd-cwt` for instance, and no other.
    Exactly(String),
    /// 293, `application/sd-cwt`, or one of these more specific media types.
    SdCwtOrAnyOf(Vec<String>),
    /// 293, `application/sd-cwt`, or `application/sd+cwt`, as drafts -00 to -03 called it.
    SdCwtOrEarlyDrafts,
}

impl TypeRule {
    /// Media types are compared without regard to case, and have no parameters (CWT-Y-004).
    pub(crate) fn accepts(&self, typ: Option<&Value<'_>>) -> bool {
        let is_sd_cwt = match typ {
            Some(Value::Int(number)) => *number == i128::from(TYPE),
            Some(Value::Text(name)) => name.eq_ignore_ascii_case(MEDIA_TYPE),
            _ => false,
        };
        let name = typ.and_then(Value::as_text);
        let is = |wanted: &str| name.is_some_and(|name| name.eq_ignore_ascii_case(wanted));
        let is_specific = |wanted: &String| is_sd_cwt_type(wanted) && is(wanted);
        match self {
            TypeRule::SdCwt => is_sd_cwt,
            TypeRule::Exactly(wanted) => is_specific(wanted),
            TypeRule::SdCwtOrAnyOf(wanted) => is_sd_cwt || wanted.iter().any(is_specific),
            TypeRule::SdCwtOrEarlyDrafts => is_sd_cwt || is(EARLY_MEDIA_TYPE),
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
