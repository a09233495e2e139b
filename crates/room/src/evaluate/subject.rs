//! Point 7: the required claims are about one person.

use std::collections::HashMap;

use super::{Member, MemberKind, Presented};

/// The presentations that meet one required rule.
pub(super) struct Choice {
    pub(super) meeting: Vec<usize>,
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
    // One rule is about one person, and so are all rules with one presentation.
    if choices.len() < 2 || presented.len() < 2 {
        return true;
    }
    // What a token discloses as its subject in one presentation it says in all.
    let mut subjects: HashMap<&[u8; 32], &str> = HashMap::new();
    for presented in presented {
        if let Some(subject) = presented.evidence.subject() {
            subjects.entry(&presented.token_hash).or_insert(subject);
        }
    }
    let bonds: Vec<Vec<Bond<'_>>> = presented
        .iter()
        .map(|presented| {
            let subject = subjects.get(&presented.token_hash).map(|subject| match names_a_person(subject, member) {
                true => Bond::Subject(subject),
                false => Bond::Own(subject, presented.issuer),
            });
            std::iter::once(Bond::Token(&presented.token_hash)).chain(subject).collect()
        })
        .collect();
    let shares = |n: usize, bond: &Bond<'_>| bonds.get(n).is_some_and(|bonds| bonds.contains(bond));
    bonds.iter().flatten().any(|bond| choices.iter().all(|choice| choice.meeting.iter().any(|n| shares(*n, bond))))
}

/// Whether a subject is more than the sender's own client or pseudonym. What nobody vouches to be a real identity may be one.
fn names_a_person(subject: &str, member: Option<&Member>) -> bool {
    let Some(member) = member else { return true };
    let is_pseudonym = member.kind != MemberKind::Real && member.user.as_str() == subject;
    !is_pseudonym && member.client.as_ref().is_none_or(|client| client.as_str() != subject)
}
