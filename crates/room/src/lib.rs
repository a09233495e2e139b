//! The room: its disclosure policy, the verifier's trust store, epoch snapshots, and the one pipeline from a reveal to a
//! [`Verdict`].

mod credential;
mod error;
mod evaluate;
mod evidence;
mod human;
pub mod policy;
mod present;
mod replay;
mod snapshot;
mod trust;
pub mod verdict;
mod verify;

pub use credential::{NoStatusLists, Status, StatusLists, StatusReference};
pub use error::{Code, Error};
pub use evaluate::{Evaluation, Member, MemberKind, PolicyState, Presented, RuleOutcome, RuleReport, evaluate};
pub use evidence::{Evidence, Found};
pub use present::{Holding, PreparedBundle, RoomContext};
pub use replay::{MemoryReplayStore, Origin, ReplayKey, ReplayStore, Seen, Use};
pub use snapshot::{
    Asked, Challenge, EpochSnapshot, FileInputs, GivenLeaf, Input, LeafStanding, SnapshotLeaf, Snapshots, Waivable,
};
pub use trust::{
    Authority, Decision, Identities, Signer, Source, TrustEntry, TrustFile, TrustFileIssuer, TrustStore, decide, decide_by_name,
};
pub use verdict::{Acceptable, Verdict, VerdictCode};
pub use verify::{Arrival, Reveal, Settings, Verifier, verify, without_reveal};
