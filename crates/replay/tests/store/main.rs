//! The store in its file: that it answers as the one in memory does, through crashes and among processes, and what its file tells.

#![cfg(test)]

mod agreement;
mod crash;
mod made;
mod opening;
mod processes;
mod seized;
