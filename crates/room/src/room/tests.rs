//! Rooms over time; those in real groups are in `in_mls`.

mod asked;
mod carriages;
mod challenges;
mod in_mls;
mod over_time;
mod world;
