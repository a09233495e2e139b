use super::*;

/// Numbers without a pattern, the same at every run.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn octets(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| u8::try_from(self.next() >> 56).unwrap()).collect()
    }
}

const USERS: u64 = 50;
const PSEUDONYMS: u64 = 10;

/// What a good provider issues: everybody's issuer, random serial and key, expiry by the day, one of three sizes.
fn clean(noise: &mut Noise) -> Fields {
    let day = 20_400 + noise.next() % 4;
    let size = [512_u64, 768, 1024][usize::try_from(noise.next() % 3).unwrap()];
    vec![
        ("issuer".into(), b"CN=a.example".to_vec()),
        ("serial".into(), noise.octets(16)),
        ("key".into(), noise.octets(32)),
        ("expiry".into(), (day * 86_400).to_string().into_bytes()),
        ("size".into(), size.to_be_bytes().to_vec()),
    ]
}

/// A batch in which each pseudonym is changed by `plant(user, pseudonym, fields, noise)`.
fn batch(seed: u64, mut plant: impl FnMut(u64, u64, &mut Fields, &mut Noise)) -> Vec<Vec<Fields>> {
    let mut noise = Noise(seed);
    let mut users = Vec::new();
    for user in 0..USERS {
        let mut pseudonyms = Vec::new();
        for pseudonym in 0..PSEUDONYMS {
            let mut fields = clean(&mut noise);
            plant(user, pseudonym, &mut fields, &mut noise);
            pseudonyms.push(fields);
        }
        users.push(pseudonyms);
    }
    users
}

fn set(fields: &mut Fields, name: &str, value: Vec<u8>) {
    fields.retain(|field| field.0 != name);
    fields.push((name.to_owned(), value));
}

/// mimi-mls 4.1: at most 0.05, over 50 users with 10 pseudonyms.
#[test]
fn a_clean_batch_cannot_be_linked() {
    for seed in [1, 2, 3, 4] {
        let users = batch(seed, |_, _, _, _| {});
        assert_eq!(linked(&users), []);
        let found = advantage(&users).unwrap();
        assert!(found.advantage.abs() <= 0.05 && found.error < 0.03, "{found:?}");
        assert!(found.bound() > found.advantage);
        assert_eq!(found.same, 50 * 45);
        assert!(found.different > 5_000);
    }
}

#[test]
fn a_field_that_one_user_shares_is_found_by_both() {
    // Only user 7 has it twice, and every user has a tag of her own.
    let users = batch(5, |user, pseudonym, fields, _| {
        if user == 7 && pseudonym < 2 {
            set(fields, "key", vec![7; 32]);
        }
    });
    assert_eq!(linked(&users), [FieldLink { field: "key".into(), value: vec![7; 32], user: 7, pseudonyms: vec![0, 1] }]);

    let users = batch(6, |user, _, fields, _| set(fields, "tag", format!("tag of {user}").into_bytes()));
    assert_eq!(linked(&users).len(), 50);
    let found = advantage(&users).unwrap();
    assert!(found.advantage > 0.95, "{found:?}");
    assert!(found.strongest.unwrap().0.starts_with("tag: "));
}

/// A value that two users have links nobody, whatever else is equal.
#[test]
fn a_value_that_others_have_too_is_no_link() {
    let users = batch(7, |user, _, fields, _| set(fields, "size", vec![u8::try_from(user / 2).unwrap()]));
    assert_eq!(linked(&users), []);
    // The guess is much better than blind nevertheless: 25 groups of two users.
    assert!(advantage(&users).unwrap().advantage > 0.8);
}

/// No value is equal, so that only the guess can find it.
#[test]
fn serials_that_follow_each_other_are_found() {
    let sequential = |width: usize| {
        batch(8, |user, pseudonym, fields, _| {
            let serial = 1_000_000 + user * PSEUDONYMS + pseudonym;
            let octets = [&[0x4a; 12][..], &serial.to_be_bytes()].concat();
            set(fields, "serial", octets[octets.len() - width..].to_vec());
        })
    };
    for width in [8, 20] {
        let users = sequential(width);
        assert_eq!(linked(&users), []);
        let found = advantage(&users).unwrap();
        assert!(found.advantage > 0.5, "{width}: {found:?}");
        assert!(found.strongest.unwrap().0.starts_with("serial: "));
    }
}

/// Each user has a second of the minute at which all her credentials are made, on different days.
#[test]
fn the_same_odd_second_is_found() {
    let users = batch(9, |user, _, fields, noise| {
        let time = (20_400 + noise.next() % 30) * 86_400 + (noise.next() % 1440) * 60 + (user * 7) % 60;
        set(fields, "issued", time.to_string().into_bytes());
    });
    let found = advantage(&users).unwrap();
    assert!(found.advantage > 0.8, "{found:?}");
    assert_eq!(found.strongest.unwrap().0, "issued: second of the minute");
}

/// Made within five seconds of each other, all users within a day.
#[test]
fn times_that_are_close_are_found() {
    let users = batch(10, |user, _, fields, noise| {
        let time = 1_764_500_000 + (user * 7_919) % 86_400 + noise.next() % 5;
        set(fields, "issued", time.to_be_bytes().to_vec());
    });
    let found = advantage(&users).unwrap();
    assert!(found.advantage > 0.9, "{found:?}");
    assert_eq!(found.strongest.unwrap().0, "issued: distance");
}

/// Sizes that differ from user to user, with random content.
#[test]
fn sizes_that_are_alike_are_found() {
    let users = batch(11, |user, _, fields, noise| {
        let octets = noise.octets(usize::try_from(100 + user % 25).unwrap());
        set(fields, "extensions", octets);
    });
    assert_eq!(linked(&users), []);
    let found = advantage(&users).unwrap();
    assert!(found.advantage > 0.8, "{found:?}");
}

/// A field that some users' pseudonyms never have.
#[test]
fn a_missing_field_is_found() {
    let users = batch(12, |user, _, fields, _| {
        if user % 4 < 2 {
            fields.retain(|field| field.0 != "expiry");
        }
    });
    assert!(advantage(&users).unwrap().advantage > 0.3);
}

#[test]
fn too_few_users_are_no_test() {
    let users = batch(13, |_, _, _, _| {});
    assert!(advantage(&users[..3]).is_none());
    assert!(advantage(&users[..4]).is_some());
    let single: Vec<Vec<Fields>> = users.iter().map(|user| user[..1].to_vec()).collect();
    assert!(advantage(&single).is_none());
    assert_eq!(advantage(&users), advantage(&users), "the same each time");
}
