//! What callers decide by rules of their own.

use std::collections::BTreeMap;

use mimicred_claims::{ClaimPath, Decision, Disclosed, Map, Step, Value};

use crate::error::refusal;
use crate::{Code, Error};

/// What a Holder does not want to hold, however correct it is. Each question is asked once everything that the answer is about is
/// known to be the Issuer's; each answer is yes by default.
///
/// ```
/// use mimicred_claims::Map;
/// use mimicred_sd_cwt::{Container, Decision, HolderPolicy};
///
/// /// My e-mail address is mine to show, and how many groups I am in is nobody's business.
/// struct Mine;
///
/// impl HolderPolicy for Mine {
///     fn clear_claims(&self, claims: &Map<'_>) -> Decision {
///         if claims.int(179).is_some() { Decision::Refuse("the e-mail address is in clear") } else { Decision::Accept }
///     }
///
///     fn container(&self, container: &Container) -> Decision {
///         let is_groups = container.path.to_string() == "groups";
///         if is_groups && container.decoys < 4 { Decision::Refuse("too few decoys among the groups") } else { Decision::Accept }
///     }
/// }
///
/// let groups = Container { path: "groups".parse()?, members: 1, digests: 3, decoys: 2 };
/// assert_eq!(Mine.container(&groups), Decision::Refuse("too few decoys among the groups"));
/// # Ok::<(), mimicred_claims::Error>(())
/// ```
pub trait HolderPolicy {
    /// Whether what everybody will see is acceptable (CWT-H-013): the claims with what is redacted still missing. Asked for the
    /// payload, and then for the CWT Claims header if there is one.
    fn clear_claims(&self, _claims: &Map<'_>) -> Decision {
        Decision::Accept
    }

    /// Whether a map or array hides well enough how many members it has (CWT-H-014). Asked for each, the outermost first.
    fn container(&self, _container: &Container) -> Decision {
        Decision::Accept
    }

    /// Whether all claims together are acceptable, each disclosed one in its place (CWT-H-015).
    fn restored_claims(&self, _claims: &Map<'_>) -> Decision {
        Decision::Accept
    }
}

/// A map or array of the claims, by its numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Container {
    /// Where it is; the claims themselves have the empty path, those of the payload and of the CWT Claims header together.
    pub path: ClaimPath,
    /// Its claims or elements, those that are redacted included.
    pub members: usize,
    /// Its digests: of redacted claims or elements, and of decoys.
    pub digests: usize,
    /// Its decoys.
    pub decoys: usize,
}

/// Asks about every map and array of the claims.
pub(crate) fn ask_about_containers(policy: &dyn HolderPolicy, claims: &Map<'_>, disclosed: &[Disclosed]) -> Result<(), Error> {
    let mut counts: BTreeMap<ClaimPath, (usize, usize)> = BTreeMap::new();
    for disclosed in disclosed {
        let steps = disclosed.path.steps();
        let steps = if disclosed.decoy { steps } else { steps.split_last().map_or(steps, |(_, container)| container) };
        let (digests, decoys) = counts.entry(ClaimPath::new(steps.to_vec())).or_default();
        *digests += 1;
        *decoys += usize::from(disclosed.decoy);
    }
    let mut asking = Asking { policy, counts };
    asking.map(claims, &ClaimPath::default())
}

struct Asking<'p> {
    policy: &'p dyn HolderPolicy,
    /// Digests and decoys.
    counts: BTreeMap<ClaimPath, (usize, usize)>,
}

impl Asking<'_> {
    fn map(&mut self, map: &Map<'_>, path: &ClaimPath) -> Result<(), Error> {
        self.ask(path, map.len())?;
        map.iter().try_for_each(|(key, value)| self.value(value, path, &|| Step::Key(key.clone().into_owned())))
    }

    fn value(&mut self, value: &Value<'_>, path: &ClaimPath, step: &dyn Fn() -> Step) -> Result<(), Error> {
        match value {
            Value::Map(map) => self.map(map, &path.child(step())),
            Value::Array(elements) => {
                let path = path.child(step());
                self.ask(&path, elements.len())?;
                let mut elements = elements.iter().enumerate();
                elements.try_for_each(|(n, element)| self.value(element, &path, &|| Step::Index(n)))
            }
            // A tag is no step of a path.
            Value::Tag(_, inner) => self.value(inner, path, step),
            _ => Ok(()),
        }
    }

    fn ask(&mut self, path: &ClaimPath, members: usize) -> Result<(), Error> {
        let (digests, decoys) = self.counts.remove(path).unwrap_or_default();
        let container = Container { path: path.clone(), members, digests, decoys };
        let at = mimicred_error::At::Path(path.to_string());
        self.policy.container(&container).or(refusal(Code::PolicyRefused)).map_err(|error| error.at(at))
    }
}
