//! Other implementations as oracles
