//! What a Holder decides about a token made for her.

use std::collections::BTreeMap;

use mimicred_error::At;

use super::Decision;
use crate::{ClaimPath, Disclosed, Map, Restored, Step, Value};

/// What a Holder does not want to hold, however correct it is. Each question is asked once everything that the answer is about is
/// known to be the Issuer's; each answer is yes by default.
///
/// ```
/// use mimicred_claims::{Container, Decision, HolderPolicy, Key, Map};
///
/// /// My e-mail address is mine to show, and how many groups I am in is nobody's business.
/// struct Mine;
///
/// impl HolderPolicy for Mine {
///     fn clear_claims(&self, claims: &Map<'_>) -> Decision {
///         let has_email = claims.text("email").is_some() || claims.int(179).is_some();
///         if has_email { Decision::Refuse("the e-mail address is in clear") } else { Decision::Accept }
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
    /// Whether what everybody will see is acceptable (CWT-H-013, JWT-H-003): the claims with what is redacted still missing. Asked for
    /// the payload, and then for the CWT Claims header if there is one.
    fn clear_claims(&self, _claims: &Map<'_>) -> Decision {
        Decision::Accept
    }

    /// Whether a map or array hides well enough how many members it has (CWT-H-014). Asked for each, the outermost first.
    fn container(&self, _container: &Container) -> Decision {
        Decision::Accept
    }

    /// Whether all claims together are acceptable, each disclosed one in its place (CWT-H-015, JWT-H-003).
    fn restored_claims(&self, _claims: &Map<'_>) -> Decision {
        Decision::Accept
    }
}

/// A map or array of the claims, by its numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Container {
    /// Where it is; the claims themselves have the empty path, in SD-CWT those of the payload and of the CWT Claims header together.
    pub path: ClaimPath,
    /// Its claims or elements, those that are redacted included.
    pub members: usize,
    /// Its digests: of redacted claims or elements, and of decoys.
    pub digests: usize,
    /// Its decoys: of SD-CWT the disclosures that say so, of SD-JWT the digests for which the Issuer gave no disclosure.
    pub decoys: usize,
}

/// What a Holder refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The map or array that she does not want; none if it is about all claims together.
    pub container: Option<ClaimPath>,
    /// Why.
    pub note: &'static str,
}

impl Refused {
    /// Where it is: a map or array below the claims by its path, and the claims themselves by none.
    ///
    /// ```
    /// use mimicred_claims::Refused;
    /// use mimicred_error::At;
    ///
    /// let below = Refused { container: Some("groups".parse()?), note: "too few decoys" };
    /// assert_eq!(below.place(), At::Path("groups".into()));
    /// let outermost = Refused { container: Some(Default::default()), note: "too few decoys" };
    /// assert_eq!(outermost.place(), At::Whole);
    /// # Ok::<(), mimicred_claims::Error>(())
    /// ```
    pub fn place(&self) -> At {
        match &self.container {
            Some(path) if !path.steps().is_empty() => At::Path(path.to_string()),
            _ => At::Whole,
        }
    }
}

impl Restored<'_> {
    /// Asks a policy about every map and array of the claims, the outermost first, and then about all claims together.
    ///
    /// # Errors
    /// The first refusal.
    ///
    /// ```
    /// use mimicred_claims::{Container, Decision, Digest, HolderPolicy, Limits, Map, restore};
    ///
    /// struct NoDecoys;
    /// impl HolderPolicy for NoDecoys {
    ///     fn container(&self, container: &Container) -> Decision {
    ///         if container.decoys > 0 { Decision::Refuse("decoys") } else { Decision::Accept }
    ///     }
    /// }
    ///
    /// let mut token = Map::new();
    /// token.redacted.push(Digest::from(b"of nothing"));
    /// let restored = restore(token, vec![], &Limits::DEFAULT)?;
    /// assert_eq!(restored.ask(&NoDecoys).unwrap_err().note, "decoys");
    /// # Ok::<(), mimicred_claims::Error>(())
    /// ```
    pub fn ask(&self, policy: &(impl HolderPolicy + ?Sized)) -> Result<(), Refused> {
        let mut asking = Asking { policy, counts: counts(&self.disclosed(), self.undisclosed_in()) };
        asking.map(self.claims(), &ClaimPath::default())?;
        policy.restored_claims(self.claims()).or(|note| Refused { container: None, note })
    }
}

/// Digests and decoys of each map and array that has any.
type Counts = BTreeMap<ClaimPath, (usize, usize)>;

fn counts(disclosed: &[Disclosed], undisclosed: impl Iterator<Item = (ClaimPath, usize)>) -> Counts {
    let mut counts = Counts::new();
    for (path, count) in undisclosed {
        let (digests, decoys) = counts.entry(path).or_default();
        *digests += count;
        *decoys += count;
    }
    for disclosed in disclosed {
        let steps = disclosed.path.steps();
        let steps = if disclosed.decoy { steps } else { steps.split_last().map_or(steps, |(_, container)| container) };
        let (digests, decoys) = counts.entry(ClaimPath::new(steps.to_vec())).or_default();
        *digests += 1;
        *decoys += usize::from(disclosed.decoy);
    }
    counts
}

struct Asking<'p, P: ?Sized> {
    policy: &'p P,
    counts: Counts,
}

impl<P: HolderPolicy + ?Sized> Asking<'_, P> {
    fn map(&mut self, map: &Map<'_>, path: &ClaimPath) -> Result<(), Refused> {
        self.container(path, map.len())?;
        map.iter().try_for_each(|(key, value)| self.value(value, path, &|| Step::Key(key.clone().into_owned())))
    }

    fn value(&mut self, value: &Value<'_>, path: &ClaimPath, step: &dyn Fn() -> Step) -> Result<(), Refused> {
        match value {
            Value::Map(map) => self.map(map, &path.child(step())),
            Value::Array(elements) => {
                let path = path.child(step());
                self.container(&path, elements.len())?;
                let mut elements = elements.iter().enumerate();
                elements.try_for_each(|(n, element)| self.value(element, &path, &|| Step::Index(n)))
            }
            // A tag is no step of a path.
            Value::Tag(_, inner) => self.value(inner, path, step),
            _ => Ok(()),
        }
    }

    fn container(&mut self, path: &ClaimPath, members: usize) -> Result<(), Refused> {
        let (digests, decoys) = self.counts.remove(path).unwrap_or_default();
        let container = Container { path: path.clone(), members, digests, decoys };
        self.policy.container(&container).or(|note| Refused { container: Some(path.clone()), note })
    }
}
