//! SD-CWT and KBT (draft-ietf-spice-sd-cwt)
