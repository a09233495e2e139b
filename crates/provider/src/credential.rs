//! One pseudonym: two random URIs, and a credential of each format for one key, all of them of one template.

use mimicred_claims::{Key, Map, Redaction, RedactionPlan, Value};
use mimicred_cose::cwt;
use mimicred_jose::{base64url, json};
use mimicred_keys::{IssuerKey, PublicKey, Random};
use mimicred_status::StatusReference;
use mimicred_uri::{Host, MimiUri, mint_client, mint_pseudonym};
use mimicred_x509::{Ca, PseudonymProfile, Validity, prepare_pseudonym};

use crate::account::AccountId;
use crate::config::Format;
use crate::escrow::Keeper;
use crate::keys::{DeskKeys, IssuingKeys};
use crate::{Code, Config, Error};

/// Entries of a status list are these, so that their numbers are all of one length (mimi-mls.md 4.5 B-7, B-8).
pub(crate) const PLACES: std::ops::Range<u32> = 100_000..1_000_000;

/// What all credentials of a batch have in common, prepared once.
pub(crate) struct Template<'p> {
    config: &'p Config,
    desk: &'p DeskKeys,
    keeper: &'p Keeper,
    ca: &'p Ca,
    host: Host,
    ca_key: IssuerKey,
    token_key: IssuerKey,
    formats: &'p [Format],
    account: AccountId,
    claims: Map<'static>,
    from: i64,
    until: i64,
    sd_jwt: mimicred_sd_jwt::Issuer,
    sd_cwt: mimicred_sd_cwt::Issuer,
    jwt_plan: RedactionPlan,
    cwt_plan: RedactionPlan,
}

/// A pseudonym that was made: the row of it, and what its owner gets.
pub(crate) struct Made {
    pub(crate) handle: [u8; 32],
    pub(crate) serial: Vec<u8>,
    pub(crate) list: u32,
    pub(crate) place: u32,
    pub(crate) escrow: Vec<u8>,
    /// One JSON object.
    pub(crate) answer: String,
}

impl<'p> Template<'p> {
    pub(crate) fn new(
        config: &'p Config,
        keys: &IssuingKeys,
        (ca, desk, keeper): (&'p Ca, &'p DeskKeys, &'p Keeper),
        formats: &'p [Format],
        account: AccountId,
        claims: Map<'static>,
        (from, until): (i64, i64),
    ) -> Result<Self, Error> {
        let plan = |visible: Vec<Key<'static>>| {
            RedactionPlan::new(Redaction::All).with_visible(visible).with_min_digests(config.digests)
        };
        let token = keys.token_public();
        Ok(Self {
            config,
            desk,
            keeper,
            ca,
            host: config.host()?,
            ca_key: keys.ca(),
            token_key: keys.token(),
            formats,
            account,
            claims,
            from,
            until,
            sd_jwt: mimicred_sd_jwt::Issuer::new(token),
            sd_cwt: mimicred_sd_cwt::Issuer::new(token),
            jwt_plan: plan(vec![Key::from("sub"), Key::from("iat"), Key::from("mimi_user")]),
            cwt_plan: plan(vec![Key::Int(cwt::SUB), Key::from("mimi_user")]),
        })
    }

    /// Makes a pseudonym for this key. Everything in it that differs from the next one is drawn at random.
    pub(crate) fn make(&self, key: &PublicKey, random: &mut dyn Random) -> Result<Made, Error> {
        let mut ids = [[0; 16]; 2];
        for id in &mut ids {
            random.fill(id)?;
        }
        let [user, client] = ids;
        let (user, client) = (mint_pseudonym(&self.host, user), mint_client(&self.host, client));
        let handle = self.desk.handle(user.as_str());
        let list = below(self.config.status.lists, random)?;
        let place = PLACES.start + below(PLACES.end - PLACES.start, random)?;
        let mut serial = Vec::new();
        let mut answer =
            vec![(Key::from("user"), Value::from(user.as_str())), (Key::from("client"), Value::from(client.as_str()))];
        for format in self.formats {
            let credential = match format {
                Format::X509 => {
                    let profile =
                        PseudonymProfile::new(key, &user, &client, Validity::new(self.from, self.until).map_err(failed)?);
                    let prepared = prepare_pseudonym(self.ca, &profile, random).map_err(failed)?;
                    serial = prepared.serial().contents().to_vec();
                    prepared.sign(&self.ca_key).map_err(failed)?.to_pem()
                }
                Format::SdJwt => {
                    let claims = self.claims(&user, &client, list, place)?;
                    let prepared = self.sd_jwt.prepare(claims, Some(key), &self.jwt_plan, random).map_err(failed)?;
                    prepared.sign(&self.token_key).map_err(failed)?.into_string()
                }
                Format::SdCwt => {
                    let claims = cwt::from_names(self.claims(&user, &client, list, place)?).map_err(failed)?;
                    let prepared = self.sd_cwt.prepare(claims, key, &self.cwt_plan, random).map_err(failed)?;
                    base64url::encode(prepared.sign(&self.token_key).map_err(failed)?.as_bytes())
                }
            };
            answer.push((Key::from(format.name()), Value::Text(credential.into())));
        }
        let escrow = self.keeper.keep(&self.account, &handle, key, random)?;
        let answer = json::write_map(&Map::from_entries(answer).map_err(failed)?).map_err(failed)?;
        Ok(Made { handle, serial, list, place, escrow, answer })
    }

    /// What a token says: of itself, and, redacted, of the account's owner.
    fn claims<'c>(&'c self, user: &'c MimiUri, client: &'c MimiUri, list: u32, place: u32) -> Result<Map<'c>, Error> {
        let uri = self.config.status.uri.replace("{list}", &list.to_string());
        let status = StatusReference::new(uri, place.into()).map_err(failed)?.to_claim();
        let mut entries = vec![
            (Key::from("iss"), Value::from(self.config.issuer.as_str())),
            (Key::from("sub"), Value::from(client.as_str())),
            (Key::from("mimi_user"), Value::from(user.as_str())),
            (Key::from("iat"), Value::Int(self.from.into())),
            (Key::from("exp"), Value::Int(self.until.into())),
            (Key::from("status"), status),
        ];
        entries.extend(self.claims.iter().map(|(key, value)| (key.clone(), value.clone())));
        Map::from_entries(entries).map_err(failed)
    }
}

/// A number below another, each as likely.
pub(crate) fn below(most: u32, random: &mut dyn Random) -> Result<u32, Error> {
    // The largest multiple of `most` that there are numbers below; what is above is drawn again.
    let fair = u32::MAX - u32::MAX % most.max(1);
    loop {
        let mut octets = [0; 4];
        random.fill(&mut octets)?;
        let drawn = u32::from_be_bytes(octets);
        if drawn < fair {
            return Ok(drawn % most.max(1));
        }
    }
}

fn failed(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(Code::IssueFailed).because(cause)
}
