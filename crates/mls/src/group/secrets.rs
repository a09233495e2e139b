//! What a client keeps of its KeyPackages beside what OpenMLS keeps: the keys that disclosures are sealed to, and the salts of offers.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use zeroize::Zeroizing;

use crate::component::SALT_LEN;
use crate::error::{Code, Error};
use crate::sealed::RecipientKey;

/// The secrets of leaves to be. What a leaf takes with it is gone from here.
#[derive(Default)]
pub(super) struct Secrets(Mutex<Held>);

#[derive(Default)]
struct Held {
    /// By public key.
    recipients: HashMap<Vec<u8>, RecipientKey>,
    /// By KeyPackageRef.
    salts: HashMap<Vec<u8>, Zeroizing<[u8; SALT_LEN]>>,
}

impl Secrets {
    pub(super) fn keep_recipient(&self, key: RecipientKey) {
        self.with(|held| held.recipients.insert(key.public().to_vec(), key));
    }

    /// The secret half of a leaf's recipient key.
    ///
    /// # Errors
    /// `mls/welcome-invalid` if it is not one of ours.
    pub(super) fn take_recipient(&self, public: &[u8]) -> Result<RecipientKey, Error> {
        let key = self.with(|held| held.recipients.remove(public));
        key.ok_or_else(|| Error::new(Code::WelcomeInvalid).note("its leaf has another recipient key"))
    }

    pub(super) fn keep_salt(&self, reference: Vec<u8>, salt: [u8; SALT_LEN]) {
        self.with(|held| held.salts.insert(reference, Zeroizing::new(salt)));
    }

    /// The salt of the offer under which a KeyPackage was handed over, if it was; used up with the KeyPackage.
    pub(super) fn take_salt(&self, reference: &[u8]) -> Option<Zeroizing<[u8; SALT_LEN]>> {
        self.with(|held| held.salts.remove(reference))
    }

    fn with<T>(&self, act: impl FnOnce(&mut Held) -> T) -> T {
        // Nothing in here panics half-way through a change.
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
