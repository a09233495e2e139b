//! What whoever takes the files of a store finds in them. On SQLite, whose files are all there is.

use std::collections::HashSet;

use mimicred_keys::{LeafKey, SystemRandom};
use mimicred_provider::{Escrow, Provider, Remedy};

use crate::cast::{Ground, House, NOW, act, answer, config, issue, leaves, requests, with_alice};
use crate::issuing::read;

/// The file, its journal and whatever else lies beside it.
fn files(ground: &Ground) -> Vec<u8> {
    let Ground::Sqlite(directory) = ground else { panic!("a file") };
    let mut octets = Vec::new();
    for entry in std::fs::read_dir(directory.path()).unwrap() {
        octets.extend(std::fs::read(entry.unwrap().path()).unwrap());
        octets.extend([0; 64]);
    }
    octets
}

fn count(octets: &[u8], part: &[u8]) -> usize {
    octets.windows(part.len()).filter(|window| *window == part).count()
}

fn spelled(octets: &[u8]) -> Vec<Vec<u8>> {
    let hex: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    let base64url = mimicred_jose::base64url::encode(octets);
    vec![octets.to_vec(), hex.clone().into_bytes(), hex.to_uppercase().into_bytes(), base64url.into_bytes()]
}

fn id(provider: &mut Provider) -> Vec<u8> {
    let mut id = Vec::new();
    let mut read = |transaction: &mut dyn mimicred_provider::database::Transaction| {
        id = transaction.query("SELECT id FROM accounts WHERE name = 'alice'", &[])?.remove(0).octets()?;
        Ok(())
    };
    provider.database().transact(&mut read).unwrap();
    id
}

fn salt(provider: &mut Provider) -> Vec<u8> {
    let mut salt = Vec::new();
    let mut read = |transaction: &mut dyn mimicred_provider::database::Transaction| {
        salt = transaction.query("SELECT salt FROM batches", &[])?.remove(0).octets()?;
        Ok(())
    };
    provider.database().transact(&mut read).unwrap();
    salt
}

/// What is to be nowhere, once a batch was acknowledged: keys, names and credentials of pseudonyms, and the nonce.
fn secrets(leaves: &[LeafKey], nonce: &[u8], answers: &[String]) -> Vec<(&'static str, Vec<u8>)> {
    let mut secrets = Vec::new();
    for leaf in leaves {
        secrets.extend(spelled(leaf.public().octets()).into_iter().map(|octets| ("key", octets)));
    }
    secrets.extend(spelled(nonce).into_iter().map(|octets| ("nonce", octets)));
    for credential in answers.iter().map(|text| read(text)) {
        for name in [&credential.user, &credential.client] {
            let random = name.rsplit('/').next().unwrap();
            secrets.push(("name", random.as_bytes().to_vec()));
            secrets.push(("name", mimicred_jose::base64url::decode(random).unwrap()));
        }
        let token = credential.sd_jwt.unwrap();
        secrets.push(("token", token.as_bytes()[..200].to_vec()));
        secrets.push(("certificate", credential.certificate.unwrap().as_der()[200..260].to_vec()));
    }
    secrets
}

/// After a batch is acknowledged, whatever linked account and credential is erased from the files, in every mode but the one that
/// has a table of it.
#[test]
fn an_acknowledged_batch_leaves_nothing_behind() {
    for escrow in Escrow::ALL {
        let ground = Ground::sqlite();
        let house = House::new(&ground, config(escrow));
        let mut provider = with_alice(&house);
        let leaves = leaves(60);
        let nonce = provider.nonce("alice", NOW, &mut SystemRandom).unwrap();
        let batch = provider.begin(&nonce, requests(&leaves, &nonce), NOW, &mut SystemRandom).unwrap();
        let waiting = files(&ground);
        let salt = salt(&mut provider);
        assert_eq!(count(&waiting, &salt), 1);
        // While it is being made the keys are there: the search would find them.
        assert!(count(&waiting, leaves[0].public().octets()) > 0);
        provider.make(&batch, &|| Box::new(SystemRandom), &mut |_, _| {}).unwrap();
        let answers = answer(&mut provider, &nonce);
        provider.acknowledge(&batch).unwrap();
        for opened in [true, false] {
            if !opened {
                drop(std::mem::replace(&mut provider, house.open()));
            }
            // None of them is shorter than what is looked for of it.
            let octets = files(&ground);
            // What credentials lay under is gone with it, so that their ciphertexts need not be.
            assert_eq!(count(&octets, &salt), 0);
            let all: HashSet<&[u8]> = octets.windows(16).collect();
            for (name, secret) in secrets(&leaves, &nonce, &answers) {
                assert!(!all.contains(&secret[..16]), "{escrow:?}: {name}");
            }
        }
        // The account: its row and the index of its name, the count of its live pseudonyms, its two relations. In the open mode the table
        // has it sixty times more; and the search finds each.
        let expected = 5 + if escrow == Escrow::Open { 60 } else { 0 };
        assert_eq!(count(&files(&ground), &id(&mut provider)), expected, "{escrow:?}");
    }
}

/// mimi-mls.md 4.5 B-5: rows lie in the order of keyed hashes and random numbers, so that a dump tells nothing of who came with whom.
#[test]
fn rows_follow_no_order_of_issuing() {
    let ground = Ground::sqlite();
    let house = House::new(&ground, config(Escrow::None));
    let mut provider = with_alice(&house);
    provider.add_account("bob", "{}", NOW, &mut SystemRandom).unwrap();
    let mut owner = std::collections::HashMap::new();
    for round in 0..20 {
        let name = if round % 2 == 0 { "alice" } else { "bob" };
        for text in issue(&mut provider, name, &leaves(10), NOW).unwrap() {
            owner.insert(house.handle(&read(&text).user), name);
        }
    }
    let mut order = Vec::new();
    let mut dump = |transaction: &mut dyn mimicred_provider::database::Transaction| {
        order.clear();
        for mut row in transaction.query("SELECT handle FROM pseudonyms", &[])? {
            order.push(row.octets()?);
        }
        Ok(())
    };
    provider.database().transact(&mut dump).unwrap();
    assert!(order.is_sorted());
    // Neighbours are of one account as often as chance has it: of 199 pairs about 99, with a standard deviation of 7; seven of those
    // are met less than once in 1e11.
    let same = order.windows(2).filter(|pair| owner[&pair[0]] == owner[&pair[1]]).count();
    assert!((50..=149).contains(&same), "{same} of 199 pairs are of one account");
}

/// Nothing of a deleted account's claims is left, and what relates it to others neither.
#[test]
fn a_deleted_account_leaves_its_name_only() {
    let ground = Ground::sqlite();
    let house = House::new(&ground, config(Escrow::None));
    let mut provider = with_alice(&house);
    let octets = files(&ground);
    // Claims are sealed while the account lives.
    for claim in ["Alice Meier", "alice@a.example", "555"] {
        assert_eq!(count(&octets, claim.as_bytes()), 0, "{claim}");
    }
    let sealed = {
        let mut sealed = Vec::new();
        let mut read = |transaction: &mut dyn mimicred_provider::database::Transaction| {
            sealed = transaction.query("SELECT claims FROM accounts", &[])?.remove(0).octets()?;
            Ok(())
        };
        provider.database().transact(&mut read).unwrap();
        sealed
    };
    assert_eq!(count(&octets, &sealed), 1);
    act(&mut provider, "alice", Remedy::DeleteAccount).unwrap();
    assert_eq!(count(&files(&ground), &sealed[..32]), 0);
}
