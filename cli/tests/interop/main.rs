//! `mimicred interop sd-cwt`, driven as a harness does: files in a working directory, octets on standard input and output, exit
//! status. Group C of the rule table, by topic.

#![cfg(test)]

mod issue;
mod issuer_key;
mod present;
mod published;
mod roles;
mod tool;
mod verify;
mod wrappers;
