//! Presenting to a room with a policy: the least that it asks for is chosen, told, agreed to, and only then signed (the sender's side
//! of mimi-mls.md 3.4.2 and 3.5.6).

use mimicred_claims::{ClaimPath, Selection};
use mimicred_keys::LeafKey;
use mimicred_mls::{BundleItem, Item};
use mimicred_room::policy::{Optionality, RoomDisclosurePolicy};
use mimicred_room::{
    Audience, Choice, Choosing, Evidence, Holding, Member, MemberKind, PolicyState, PreparedBundle, RoomContext, Shortfall,
    choose,
};
use mimicred_uri::UriKind;

use super::holdings::Owned;
use super::plan::{self, Plan};
use super::{Args, Carriage, Shown, x509};
use crate::error::{Code, Done, Failure};
use crate::io::output::ArtefactForm;
use crate::io::{Input, Inputs};
use crate::out::{Out, hex, printable};
use crate::sniff;

/// Presents what the room asks for, or what the command line says if the room allows that.
///
/// # Errors
/// `room/reveal-refused` if the room would refuse it, or nothing satisfies it; `room/confirmation-outdated` if the policy is not the
/// one that was confirmed; `cli/not-confirmed`.
pub(super) fn present(args: &Args, inputs: &Inputs, given: &[Input], key: &LeafKey, out: &mut Out) -> Result<Done, Failure> {
    let now = args.time.clock()?.now;
    let owned = owned(args, given, key, out)?;
    let asked = Asked::read(args, inputs, &owned, key)?;
    let holdings: Vec<Holding<'_>> = owned.iter().map(|owned| owned.holding(key)).collect();
    let name: &dyn Fn(usize) -> String = &|holding| owned.get(holding).map_or_else(String::new, |owned| owned.file.clone());
    let (choice, items) = match said(args, &owned)? {
        Some(selection) => (None, vec![(0, selection)]),
        None => {
            let choice = asked.choose(args, &holdings, name, now)?;
            let items = choice.items.iter().map(|item| (item.holding, item.selection.clone())).collect();
            (Some(choice), items)
        }
    };
    let mut prepared = PreparedBundle::new(asked.context.clone());
    for (holding, selection) in &items {
        if let Some(holding) = holdings.get(*holding) {
            prepared.add(*holding, selection, now)?;
        }
    }
    prepared.check_for(asked.audience(args), &asked.policy, &asked.sender)?;
    let chosen: Vec<&Owned> = items.iter().filter_map(|(holding, _)| owned.get(*holding)).collect();
    let files: Vec<&str> = chosen.iter().map(|owned| owned.file.as_str()).collect();
    let plan = Plan::of(args, &prepared, &asked.policy_sha256, &files, choice.as_ref().map(|choice| (choice, name)));
    if args.dry_run {
        out.result(&plan, Plan::text)?;
        return Ok(Done::Accepted);
    }
    if chosen.len() > 1 && args.carriage() == Carriage::Bare {
        let note = format!("--bundle or --carriage content: {} have to be shown together", files.join(" and "));
        return Err(Failure::note(Code::OptionMissing, note).hint("a presentation that travels alone is of one credential"));
    }
    out.remark(plan.text().trim_end());
    plan::ask(args)?;
    let revealed: Vec<Vec<ClaimPath>> = prepared.revealed().map(<[ClaimPath]>::to_vec).collect();
    let reveals = chosen.iter().zip(&revealed).flat_map(|(owned, revealed)| owned.reveals(revealed)).collect();
    let pseudonym = Some(asked.context.subject_uri);
    let items = prepared.sign(key)?.items;
    let (octets, form, format) = alone(args, &items)?;
    Shown { octets, form, format, items, pseudonym, reveals, encrypted: Vec::new(), plan: Some(plan) }.write(args, now, out)
}

/// The credentials that can be used; one that cannot is passed over, unless it is the only one.
fn owned(args: &Args, given: &[Input], key: &LeafKey, out: &mut Out) -> Result<Vec<Owned>, Failure> {
    let clock = args.time.clock()?;
    let (mut owned, mut first) = (Vec::with_capacity(given.len()), None);
    for input in given {
        match Owned::read(args, input, key, clock) {
            Ok(credential) => owned.push(credential),
            Err(failure) if given.len() == 1 => return Err(failure),
            Err(failure) => {
                out.warning(&format!("passed over {}: {}", printable(&input.name), printable(&failure.shown().line)));
                first = first.or(Some(failure));
            }
        }
    }
    match first {
        Some(failure) if owned.is_empty() => Err(failure),
        _ => Ok(owned),
    }
}

/// What the command line says of the one credential.
fn said(args: &Args, owned: &[Owned]) -> Result<Option<Selection>, Failure> {
    match owned {
        [owned] => Ok(owned.said(args)),
        several if several.iter().any(|owned| owned.said(args).is_some()) => {
            let note = "--disclose, --all and --none are about one credential";
            Err(Failure::note(Code::Usage, note).hint("leave them out, and the least that the room asks for is chosen"))
        }
        _ => Ok(None),
    }
}

/// The room's policy, and who asks what it allows her.
struct Asked {
    policy: PolicyState,
    policy_sha256: [u8; 32],
    context: RoomContext,
    sender: Member,
}

impl Asked {
    /// Reads the policy.
    fn read(args: &Args, inputs: &Inputs, owned: &[Owned], key: &LeafKey) -> Result<Self, Failure> {
        let policy = args.policy.as_ref().ok_or_else(|| Failure::note(Code::OptionMissing, "--policy"))?;
        let (policy, _) = sniff::policy::read(inputs, policy)?;
        let policy_sha256 = policy.sha256()?;
        if args.confirm_policy.is_some_and(|confirmed| confirmed.0 != policy_sha256) {
            let error = mimicred_room::Error::new(mimicred_room::Code::ConfirmationOutdated);
            let hint = "read the policy, with mimicred policy show, and confirm this one";
            return Err(Failure::from(error.note(format!("the policy is sha256:{}", hex(&policy_sha256)))).hint(hint));
        }
        let subject_uri = args.subject.clone().or_else(|| owned.iter().find_map(Owned::pseudonym)).ok_or_else(|| {
            let note = "--subject: whose word counts in a room depends on the provider of whoever speaks";
            Failure::note(Code::OptionMissing, note).hint("give the mimi URI that the holder's leaf credential names")
        })?;
        // What the leaf credential shows besides is not known here, and was the holder's choice when she joined.
        let sender = Member {
            user: subject_uri.clone(),
            client: None,
            kind: if subject_uri.kind() == UriKind::Pseudonym { MemberKind::Pseudonym } else { MemberKind::Real },
            role: None,
            evidence: Evidence::of_certificate(Vec::new(), None),
        };
        let context = RoomContext {
            room_uri: args.room.clone(),
            subject_uri,
            group_id: args.group_id.clone().map(|group_id| group_id.0).unwrap_or_default(),
            epoch: args.epoch.unwrap_or_default(),
            nonce: args.nonce.0.to_vec(),
            hash: x509::hash(key),
        };
        Ok(Self { policy: PolicyState::of_policy(policy), policy_sha256, context, sender })
    }

    fn audience<'a>(&self, args: &'a Args) -> Audience<'a> {
        if args.roles.is_empty() { Audience::Room } else { Audience::Roles(&args.roles) }
    }

    fn choose(&self, args: &Args, holdings: &[Holding<'_>], name: &dyn Fn(usize) -> String, now: i64) -> Result<Choice, Failure> {
        let choosing = Choosing { holdings, policy: &self.policy, sender: &self.sender, audience: self.audience(args) };
        let choice = choose(&self.context, &choosing, now).map_err(|shortfall| self.refused(&shortfall, name))?;
        if !choice.items.is_empty() {
            return Ok(choice);
        }
        let forbids = |policy: &RoomDisclosurePolicy| policy.identity_reveal == Optionality::Forbidden;
        if self.policy.known().is_some_and(forbids) {
            let code = mimicred_room::VerdictCode::RevealForbidden;
            let error = mimicred_room::Error::new(mimicred_room::Code::RevealRefused);
            return Err(error.note(format!("{code}: {}", code.sentence())).into());
        }
        let note = "--disclose, --all or --none: the room asks for nothing, so nothing is chosen";
        Err(Failure::note(Code::OptionMissing, note).hint("say what to show all the same"))
    }

    fn refused(&self, shortfall: &Shortfall, name: &dyn Fn(usize) -> String) -> Failure {
        let code = shortfall.verdict();
        let error = mimicred_room::Error::new(mimicred_room::Code::RevealRefused);
        let failure = Failure::from(error.note(format!("nothing satisfies the room: {code}"))).details(shortfall.lines(name));
        match shortfall {
            Shortfall::Audience { .. } => failure.hint("say with --roles to whom it will be sealed"),
            _ => failure.hint("mimicred policy show tells what the room asks, mimicred inspect what a credential has"),
        }
    }
}

/// A single presentation as it travels alone: its octets, their form, its format.
fn alone(args: &Args, items: &[BundleItem]) -> Result<(Vec<u8>, ArtefactForm, Option<&'static str>), Failure> {
    let [item] = items else { return Ok((Vec::new(), ArtefactForm::Binary, None)) };
    let opened = item.open()?;
    if args.serialization.is_some() && !matches!(opened, Item::SdJwtKb(_)) {
        return Err(Failure::note(Code::Usage, "--serialization belongs to an SD-JWT"));
    }
    Ok(match opened {
        Item::SdJwtKb(token) => {
            let text = args.serialization.unwrap_or_default().of(token.as_str())?;
            (text.into_bytes(), ArtefactForm::Text, Some("sd_jwt_kb"))
        }
        Item::SdKbt(octets) => (octets, ArtefactForm::Binary, Some("sd_kbt")),
        _ => (item.data.clone(), ArtefactForm::Binary, Some("mls_credential")),
    })
}
