//! Point 7: the required claims are about one person.

use super::{Member, Presented};

/// The presentations that meet one required rule and count.
pub(super) struct Choice {
    pub(super) counting: Vec<usize>,
}

impl Choice {
    pub(super) fn is_empty(&self) -> bool {
        self.counting.is_empty()
    }
}

/// What ties presentations together.
#[derive(PartialEq, Eq)]
enum Bond<'a> {
    /// The same octets signed by the issuer.
    Token(&'a [u8; 32]),
    /// The same disclosed subject.
    Subject(&'a str),
    /// The sender's own URI, which only says that a key is shared: worth something within one issuer.
    Own(&'a str, &'a str),
}

/// Whether one token, or tokens about one subject, meet all rules.
pub(super) fn one_subject(choices: &[Choice], member: Option<&Member>, presented: &[Presented<'_>]) -> bool {
    if choices.is_empty() {
        return true;
    }
    let bonds: Vec<Vec<Bond<'_>>> = presented.iter().map(|presented| bonds(member, presented)).collect();
    let shares = |n: usize, bond: &Bond<'_>| bonds.get(n).is_some_and(|bonds| bonds.contains(bond));
    bonds.iter().flatten().any(|bond| choices.iter().all(|choice| choice.counting.iter().any(|n| shares(*n, bond))))
}

fn bonds<'a>(member: Option<&'a Member>, presented: &'a Presented<'_>) -> Vec<Bond<'a>> {
    let own = |subject: &str| {
        member.is_some_and(|member| {
            member.user.as_str() == subject || member.client.as_ref().is_some_and(|client| client.as_str() == subject)
        })
    };
    let subject = presented
        .evidence
        .subject()
        .map(|subject| if own(subject) { Bond::Own(subject, presented.issuer) } else { Bond::Subject(subject) });
    std::iter::once(Bond::Token(&presented.token_hash)).chain(subject).collect()
}
