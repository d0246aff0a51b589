//! What several test modules need: folders that go away, the binary, programs from outside.
