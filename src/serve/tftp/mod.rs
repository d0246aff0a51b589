//! TFTP (RFC 1350) with options (RFC 2347, 2348, 2349, 7440), reading only. Pure, but for `server`.

pub mod packet;
pub mod server;
pub mod transfer;
