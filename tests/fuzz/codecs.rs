//! What reads captures into rows and prints them, without the rest of the program: the pure files of its folders, in its own name.

pub mod discover {
    #[path = "../../../src/discover/announce.rs"]
    pub mod announce;
    #[path = "../../../src/discover/capture.rs"]
    pub mod capture;
    #[path = "../../../src/discover/decode.rs"]
    pub mod decode;
    #[path = "../../../src/discover/decode_org.rs"]
    mod decode_org;
    #[path = "../../../src/discover/error.rs"]
    mod error;
    #[path = "../../../src/discover/fields.rs"]
    mod fields;
    #[path = "../../../src/discover/pcap.rs"]
    mod pcap;
    #[path = "../../../src/discover/report.rs"]
    mod report;

    pub use capture::read as read_capture;
    pub use error::Error;
    pub use report::{DiscoverReport, Rejected, SwitchNote};
}

pub mod host {
    #[path = "../../../src/host/error.rs"]
    mod error;

    pub use error::Error;
}

pub mod phones {
    #[path = "../../../src/phones/catalogue.rs"]
    pub mod catalogue;
    #[path = "../../../src/phones/firmware.rs"]
    mod firmware;
    #[path = "../../../src/phones/identify.rs"]
    mod identify;
    #[path = "../../../src/phones/names.rs"]
    mod names;

    pub use identify::Recogniser;
}

pub mod output {
    #[path = "../../../src/output/row_json.rs"]
    pub mod row_json;
}
