//! One request for a file, for people: one line. Pure.

use crate::output::document::{Block, Document};
use crate::output::printable;
use model::serve::{FetchEvent, FetchProtocol, FetchResult};

impl Document for FetchEvent {
    const SCHEMA: &'static str = "voiceport.serve/1";

    fn view(&self) -> Vec<Block> {
        let protocol = match self.protocol {
            FetchProtocol::Tftp => "tftp",
            FetchProtocol::Http => "http",
        };
        let result = match self.result {
            FetchResult::Served => format!("served {} bytes in {} ms", self.bytes, self.duration_ms),
            FetchResult::NotModified => "not modified: the asker has it".to_owned(),
            FetchResult::HeadersOnly => "headers alone".to_owned(),
            FetchResult::NotFound => "not found".to_owned(),
            FetchResult::Denied => "denied".to_owned(),
            FetchResult::Refused => "refused".to_owned(),
            FetchResult::TimedOut => "timed out".to_owned(),
        };
        let phone = self.mac.map_or_else(String::new, |mac| format!(" phone {mac}"));
        let detail = self.detail.as_deref().map_or_else(String::new, |detail| format!(" ({detail})"));
        vec![Block::line(format!("{} {protocol} {} {}{phone}: {result}{detail}", self.at, self.peer, printable::name(&self.name)))]
    }
}
