//! MLS credentials, reveal bundles, components; the OpenMLS group
