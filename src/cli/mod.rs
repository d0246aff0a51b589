//! The command line. I/O.
