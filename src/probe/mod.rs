//! Proving the voice quality of a path, packet by packet.
