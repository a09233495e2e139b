//! Certificates issued by us and odd ones made with rcgen, read back with x509-parser and verified.

#[cfg(test)]
mod anchors;
#[cfg(test)]
mod common;
#[cfg(test)]
mod crl;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod inspect;
#[cfg(test)]
mod issue;
#[cfg(test)]
mod openssl;
#[cfg(test)]
mod path;
#[cfg(test)]
mod profile;
#[cfg(test)]
mod refused;
#[cfg(test)]
mod seen;
#[cfg(test)]
mod signatures;
