//! The crypto seam: keys, signatures, hashes, AEAD, HPKE base mode; ToBeSigned and its families
