//! What reads captures into rows and prints them, without the rest of the program: the pure files of its folders, in its own name.

#![allow(dead_code, reason = "the program uses what the targets do not")]

#[path = "../../src/discover"]
pub mod discover {
    pub mod announce;
    pub mod capture;
    pub mod decode;
    mod decode_org;
    mod error;
    mod fields;
    mod pcap;
    mod report;

    pub use capture::read as read_capture;
    pub use error::Error;
    pub use report::{DiscoverReport, Reason, Rejected, SwitchNote};
}

#[path = "../../src/host"]
pub mod host {
    mod error;
    mod rights;

    pub use error::Error;
}

#[path = "../../src/phones"]
pub mod phones {
    pub mod catalogue;
    mod firmware;
    mod identify;
    mod names;

    pub use identify::Recogniser;
}

#[path = "../../src/output"]
pub mod output {
    pub mod row_json;
}
