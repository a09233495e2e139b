//! Steps 3 to 5 and the subject check of step 8, for one presentation, with the steps between in their order. Whether it comes for the
//! first time is asked apart from the rest: of many messages one after the other, while the rest is done on all cores.

use mimicred_keys::{PublicKey, Unsettled};
use mimicred_mls::CredentialBinding;
use mimicred_uri::{MimiUri, UriKind};

use super::Scene;
use super::bound::{Bound, binding, possession, the_use};
use super::carriage::{self, Place};
use super::content::Content;
use super::ladder::Ladder;
use crate::Error;
use crate::credential::{
    Fault, Known, Opened, RoomAnchored, Signatures, open_sd_cwt, open_sd_jwt, open_x509, room_anchored, sd_cwt_thumbprint,
    sd_jwt_thumbprint, settled,
};
use crate::policy::{DisclosureFormat, TrustedIssuer};
use crate::replay::{Origin, Seen, Use};
use crate::snapshot::{SnapshotLeaf, Waivable};
use crate::trust::{TrustEntry, decide, decide_by_name};
use crate::verdict::{OfferedKeyPackage, VerdictCode};

/// A presentation after its own checks.
pub(super) struct Examined<'s> {
    pub(super) place: Place,
    pub(super) format: String,
    pub(super) code: VerdictCode,
    pub(super) ladder: Ladder,
    /// Set when the presentation holds so far.
    pub(super) held: Option<Held<'s>>,
    /// Set when it is a KeyPackage that may be used.
    pub(super) offered: Option<OfferedKeyPackage>,
    /// Whether it counts as one at all.
    pub(super) is_presentation: bool,
}

/// What the later steps need of a presentation that holds.
pub(super) struct Held<'s> {
    pub(super) opened: Opened,
    pub(super) entries: Vec<&'s TrustedIssuer>,
    pub(super) local: Vec<&'s TrustEntry>,
    pub(super) issuer: String,
    /// Until when its use must be remembered; nothing where there is none that could be told from others.
    pub(super) keep_until: Option<i64>,
}

/// A use, where it came from, and until when it is remembered.
pub(super) type Filed<'u> = (Use<'u>, Origin, i64);

/// Puts off the signatures of a token, to be checked with those of others. Nothing for what cannot be put off, and for what does not
/// hold already: [`examine`] says what is wrong with it.
pub(super) fn put_off(content: &Content, scene: &Scene<'_>) -> Option<Unsettled<Opened>> {
    match content {
        Content::SdJwt(..) | Content::SdKbt(..) => open(content, scene, Signatures::Later).ok(),
        _ => None,
    }
}

/// Takes a presentation up to its freshness; `opened` if its signatures hold as it is known already.
pub(super) fn examine<'s>(item: &carriage::Item, scene: &Scene<'s>, opened: Option<Opened>) -> Result<Examined<'s>, Error> {
    let carriage::Item { place, content } = item;
    let mut ladder = Ladder::default();
    let held = climb(content, scene, opened, &mut ladder)?;
    let code = ladder.code();
    let (format, is_presentation) = (content.name(), content.is_presentation());
    Ok(Examined { place: *place, format, code, ladder, held, offered: None, is_presentation })
}

impl Examined<'_> {
    /// What the replay store is to be asked about it.
    pub(super) fn to_be_filed<'u>(&'u self, content: &'u Content, scene: &Scene<'u>) -> Option<Filed<'u>> {
        let held = self.held.as_ref()?;
        let origin = Origin { epoch: scene.arrival.epoch, leaf: scene.arrival.sender };
        Some((the_use(content, &held.opened, scene)?, origin, held.keep_until?))
    }

    /// The rest of step 7: what the store said.
    pub(super) fn filed(&mut self, seen: Seen) {
        match seen {
            Seen::Acceptable => self.ladder.pass(),
            Seen::Replayed => self.fail(Fault::new(7, VerdictCode::Replayed)),
        }
    }

    /// Step 8, subject.
    pub(super) fn check_subject(&mut self, scene: &Scene<'_>) {
        let Some(held) = &self.held else { return };
        match subject(&held.opened, scene, held.opened.evidence.format()) {
            Ok(()) => self.ladder.pass(),
            Err(fault) => self.fail(fault),
        }
    }

    fn fail(&mut self, fault: Fault) {
        self.ladder.fault(fault);
        self.code = self.ladder.code();
        self.held = None;
    }
}

/// The steps; nothing if one of them fails.
fn climb<'s>(
    content: &Content,
    scene: &Scene<'s>,
    opened: Option<Opened>,
    ladder: &mut Ladder,
) -> Result<Option<Held<'s>>, Error> {
    let policy = scene.snapshot.policy().known();
    let Some(format) = content.format() else {
        match content {
            Content::Unbound(_, note) => ladder.fail(VerdictCode::KpUnbound, Some(note.clone())),
            Content::Unaccepted(name) => ladder.fail(VerdictCode::FormatNotAccepted, Some(name.clone())),
            Content::Malformed(note) => ladder.fail(VerdictCode::Malformed, Some(note.clone())),
            _ => {}
        }
        return Ok(None);
    };
    // Step 3. Which format it is counts before what is wrong with its issuer.
    let opened = opened.map_or_else(|| settled(open(content, scene, Signatures::Now)), Ok);
    let accepted = policy.is_none_or(|policy| policy.accepted_formats.contains(&format));
    if !matches!(&opened, Err(fault) if fault.step <= 3) && !accepted {
        ladder.fail(VerdictCode::FormatNotAccepted, format.name().map(str::to_owned));
        return Ok(None);
    }
    let host = scene.leaf.and_then(SnapshotLeaf::member).map(|member| member.user.host());
    let opened = match opened {
        Ok(opened) => opened,
        Err(fault) if scene.waives(Waivable::Trust) && fault.step >= 4 => {
            // Without a key of the issuer nothing of the token is known to be true: there is nothing to go on with.
            ladder.pass();
            ladder.waive();
            return Ok(None);
        }
        Err(fault) => {
            ladder.fault(refine(fault, content, scene, format, host));
            return Ok(None);
        }
    };
    ladder.pass();
    // Step 4.
    let decision = decide(policy, scene.common.trust, host, format, opened.signer.signer());
    match decision.code {
        VerdictCode::Ok => ladder.pass(),
        VerdictCode::IssuerLocalOnly => ladder.mark(VerdictCode::IssuerLocalOnly),
        code => {
            ladder.fail(code, None);
            return Ok(None);
        }
    }
    // Steps 5 and 6.
    let voucher = content.proof().and_then(|proof| proof.voucher.as_deref());
    match (scene.leaf, voucher) {
        (None, _) => ladder.waive(),
        (Some(leaf), None) if *leaf.key() == opened.holder => ladder.pass(),
        (Some(leaf), Some(voucher)) if vouches(voucher, &opened.holder, leaf.key()) => ladder.mark(VerdictCode::Vouched),
        (Some(_), _) => {
            ladder.fail(VerdictCode::KeyMismatch, None);
            return Ok(None);
        }
    }
    if !possession(content, &opened, scene, ladder) {
        return Ok(None);
    }
    // Step 7, but for replays.
    let Some(Bound { keep_until }) = binding(content, &opened, scene, ladder)? else { return Ok(None) };
    let issuer = super::conclude::issuer_name(&opened);
    Ok(Some(Held { entries: decision.room, local: decision.local, issuer, opened, keep_until }))
}

/// Whether the key of a credential says that it knows the leaf key.
fn vouches(voucher: &CredentialBinding, holder: &PublicKey, leaf_key: &PublicKey) -> bool {
    voucher.key().is_ok_and(|key| key == *holder) && voucher.verify(leaf_key).is_ok()
}

fn open(content: &Content, scene: &Scene<'_>, signatures: Signatures) -> Result<Unsettled<Opened>, Fault> {
    let audience = scene.snapshot.room_uri().map(MimiUri::as_str);
    let (algorithm, trust) = (scene.snapshot.algorithm(), scene.common.trust);
    let leaf = scene.leaf.map(SnapshotLeaf::key);
    let of_chain = |opened: Result<Opened, Fault>| opened.map(|opened| Unsettled::new(opened, []));
    match content {
        Content::SdJwt(text, _) => open_sd_jwt(text, trust, audience, algorithm, signatures),
        Content::SdKbt(octets, _) => {
            let known = Known { leaf, disclosures: scene.common.disclosure_keys };
            open_sd_cwt(octets, trust, audience, algorithm, known, signatures)
        }
        Content::X509(chain, proof) => {
            let at = i64::try_from(proof.presentation.issued_at());
            let at = at.map_err(|_| Fault::noted(3, VerdictCode::Malformed, "issued_at is beyond any calendar"))?;
            of_chain(open_x509(chain, scene.common.anchored, leaf, at, algorithm))
        }
        Content::Bare(chain) => of_chain(open_x509(chain, scene.common.anchored, leaf, scene.arrival.received_at, algorithm)),
        _ => Err(Fault::new(3, VerdictCode::Malformed)),
    }
}

/// Says what a fault means in this room: the issuer is judged before what it signed, and the key before the signature made with it.
fn refine(fault: Fault, content: &Content, scene: &Scene<'_>, format: DisclosureFormat, host: Option<&str>) -> Fault {
    let policy = scene.snapshot.policy().known();
    if fault.step < 4 {
        return fault;
    }
    if let Content::X509(chain, _) | Content::Bare(chain) = content {
        return match (fault.code, policy) {
            (VerdictCode::IssuerUntrusted, Some(policy)) => {
                let at = content.proof().and_then(|proof| i64::try_from(proof.presentation.issued_at()).ok());
                let code = match room_anchored(chain, policy, host, at.unwrap_or(scene.arrival.received_at)) {
                    RoomAnchored::Here => VerdictCode::IssuerRoomOnly,
                    RoomAnchored::Elsewhere => VerdictCode::IssuerNotForDomain,
                    RoomAnchored::Nowhere => VerdictCode::IssuerUntrusted,
                };
                Fault { code, ..fault }
            }
            _ => fault,
        };
    }
    let by_name = decide_by_name(policy, scene.common.trust, host, format, fault.issuer.as_deref().unwrap_or_default());
    if !matches!(by_name, VerdictCode::Ok | VerdictCode::IssuerLocalOnly) {
        return Fault { step: 4, code: by_name, ..fault };
    }
    let vouching = content.proof().and_then(|proof| proof.voucher.as_ref()).and_then(|voucher| voucher.key().ok());
    let ours = vouching.as_ref().or(scene.leaf.map(SnapshotLeaf::key)).map(|key| match format {
        DisclosureFormat::SdJwtKb => sd_jwt_thumbprint(key),
        _ => sd_cwt_thumbprint(key),
    });
    match (&fault.bound_to, ours) {
        (Some(bound_to), Some(ours)) if *bound_to != ours => Fault { step: 5, code: VerdictCode::KeyMismatch, ..fault },
        _ => fault,
    }
}

/// Step 8: the subject may be the sender's real self or her pseudonym, never another pseudonym; its host is one for which the
/// issuer may speak.
fn subject(opened: &Opened, scene: &Scene<'_>, format: DisclosureFormat) -> Result<(), Fault> {
    let policy = scene.snapshot.policy().known();
    let Some(member) = scene.leaf.and_then(SnapshotLeaf::member) else {
        return Ok(());
    };
    let refused = |note: &str| Err(Fault::noted(8, VerdictCode::SubjectMismatch, note));
    for uri in opened.user.iter().chain(&opened.client) {
        if uri.kind() == UriKind::Pseudonym && *uri != member.user {
            return refused("it names another pseudonym");
        }
        if uri.host() != member.user.host()
            && decide(policy, scene.common.trust, Some(uri.host()), format, opened.signer.signer()).code != VerdictCode::Ok
        {
            return refused("it names somebody of a host for which the issuer may not speak");
        }
    }
    Ok(())
}
