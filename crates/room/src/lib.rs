//! Room disclosure policy, trust store, epoch snapshot and the pipeline from a reveal to a Verdict
