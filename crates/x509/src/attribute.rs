//! What a certificate says about its subject, in the form that a room policy's `X509ClaimPath` addresses.

use std::fmt::Write as _;
use std::net::IpAddr;

use x509_parser::extensions::GeneralName;
use x509_parser::x509::{AttributeTypeAndValue, X509Name};

use crate::error::{Code, Error};
use crate::oid::Oid;

/// subjectAltName.
pub(crate) const SUBJECT_ALT_NAME: &str = "2.5.29.17";

/// One statement: an attribute of the subject's name, a name in the SAN, or the value of an extension that we do not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// The attribute type or extension, dotted; `2.5.29.17` for a name in the SAN.
    pub oid: String,
    /// For a name in the SAN its tag: 0 other, 1 email, 2 dns, 4 directory name, 6 uri, 7 ip, 8 registered id.
    pub general_name: Option<u8>,
    /// The value as text; `#` and the hex of its DER where it is none.
    pub value: String,
}

impl Attribute {
    pub(crate) fn is_uri(&self) -> bool {
        self.oid == SUBJECT_ALT_NAME && self.general_name == Some(URI)
    }
}

pub(crate) const EMAIL: u8 = 1;
pub(crate) const DNS: u8 = 2;
pub(crate) const URI: u8 = 6;

/// The attributes of a Name, in order.
pub(crate) fn of_name(name: &X509Name<'_>) -> Result<Vec<Attribute>, Error> {
    name.iter_attributes()
        .map(|attribute| {
            Ok(Attribute {
                oid: dotted(attribute.attr_type().as_bytes())?,
                general_name: None,
                value: text_of_attribute(attribute)?,
            })
        })
        .collect()
}

/// The identifier of an attribute; those that most names have are not worked out anew each time.
fn dotted(contents: &[u8]) -> Result<String, Error> {
    Ok(match contents {
        [0x55, 4, 3] => "2.5.4.3".to_owned(),
        [0x55, 4, 4] => "2.5.4.4".to_owned(),
        [0x55, 4, 6] => "2.5.4.6".to_owned(),
        [0x55, 4, 10] => "2.5.4.10".to_owned(),
        [0x55, 4, 42] => "2.5.4.42".to_owned(),
        _ => Oid::from_contents(contents)?.to_string(),
    })
}

/// A name in the SAN.
///
/// # Errors
/// `x509/san-grammar` when it is not of the form that its tag demands.
pub(crate) fn of_general_name(name: &GeneralName<'_>) -> Result<Attribute, Error> {
    let (tag, value) = match name {
        GeneralName::OtherName(oid, value) => (0, format!("{}={}", Oid::from_contents(oid.as_bytes())?, hex(value))),
        GeneralName::RFC822Name(text) => (EMAIL, ia5(text)?),
        GeneralName::DNSName(text) => (DNS, ia5(text)?),
        GeneralName::DirectoryName(name) => {
            let parts = of_name(name)?;
            (4, parts.iter().map(|part| format!("{}={}", part.oid, part.value)).collect::<Vec<_>>().join(","))
        }
        GeneralName::URI(text) => (URI, ia5(text)?),
        GeneralName::IPAddress(octets) => (7, ip_address(octets)?),
        GeneralName::RegisteredID(oid) => (8, Oid::from_contents(oid.as_bytes())?.to_string()),
        GeneralName::X400Address(any) => (3, hex(any.data)),
        GeneralName::EDIPartyName(any) => (5, hex(any.data)),
        GeneralName::Invalid(..) => return Err(Code::SanGrammar.into()),
    };
    Ok(Attribute { oid: SUBJECT_ALT_NAME.to_owned(), general_name: Some(tag), value })
}

/// The value of an extension that we do not know: the text if it is one string, the DER in hex otherwise.
pub(crate) fn of_extension(oid: &Oid, value: &[u8]) -> Attribute {
    let text = match value {
        // UTF8String, PrintableString, IA5String in the short form
        [0x0c | 0x13 | 0x16, length @ 0..=0x7f, text @ ..] if usize::from(*length) == text.len() => str::from_utf8(text).ok(),
        _ => None,
    };
    Attribute { oid: oid.to_string(), general_name: None, value: text.map_or_else(|| hex(value), str::to_owned) }
}

/// `#` and hex, as RFC 4514 2.4 writes a value that has no text form.
pub(crate) fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::from("#"), |mut text, octet| {
        let _ = write!(text, "{octet:02x}");
        text
    })
}

fn text_of_attribute(attribute: &AttributeTypeAndValue<'_>) -> Result<String, Error> {
    const BMP_STRING: u32 = 30;
    let value = attribute.attr_value();
    if value.tag().0 == BMP_STRING {
        let units = value.data.chunks(2).map(|unit| match unit {
            [high, low] => Some(u16::from_be_bytes([*high, *low])),
            _ => None,
        });
        let units: Vec<u16> = units.collect::<Option<_>>().ok_or(Code::Malformed)?;
        return String::from_utf16(&units).map_err(|_| Error::new(Code::Malformed).note("a BMPString that is not UTF-16"));
    }
    match value.tag().0 {
        // UTF8String, NumericString, PrintableString, IA5String
        12 | 18 | 19 | 22 => {
            let text = str::from_utf8(value.data);
            text.map(str::to_owned).map_err(|_| Error::new(Code::Malformed).note("a name that is not UTF-8"))
        }
        _ => Ok(hex(value.data)),
    }
}

/// x509-parser lets any UTF-8 pass here.
fn ia5(text: &str) -> Result<String, Error> {
    if text.is_empty() || !text.bytes().all(|octet| octet.is_ascii_graphic()) {
        return Err(Error::new(Code::SanGrammar).note("empty, or not printable ASCII"));
    }
    Ok(text.to_owned())
}

fn ip_address(octets: &[u8]) -> Result<String, Error> {
    let v4 = <[u8; 4]>::try_from(octets).map(IpAddr::from);
    let v6 = <[u8; 16]>::try_from(octets).map(IpAddr::from);
    v4.or(v6).map(|address| address.to_string()).map_err(|_| Error::new(Code::SanGrammar).note("not an IP address"))
}
