//! Tests of discover.

mod announce;
mod captures;
pub mod corpus;
mod damaged;
mod fixtures;
mod identify;
mod jack;
mod kernel;
mod neighbourhood;
mod rows;
mod samples;

use std::collections::BTreeMap;

use model::neighbour::Neighbour;
use voiceport::discover::{self, Rejected};
use voiceport::phones;
use voiceport::phones::catalogue::{Catalogue, MacPrefix, PhoneModel, Vendor};

/// Rows and rejections of a capture, in file order.
fn read(capture: &[u8], catalogue: &Catalogue) -> Vec<Result<Neighbour<'static>, Rejected>> {
    let mut rows = Vec::new();
    discover::read_capture(capture, &phones::Recogniser::new(catalogue), &mut |row| rows.push(row.map(Neighbour::into_owned)))
        .unwrap();
    rows
}

/// What names the phones of [`catalogue`].
fn recogniser() -> phones::Recogniser {
    phones::Recogniser::new(&catalogue())
}

/// A few vendors with a few models: enough for every rule.
fn catalogue() -> Catalogue {
    Catalogue {
        vendors: BTreeMap::from([
            vendor("acme", [0, 0, 0x5e], &["acme"], &[("T46", &[]), ("T19P", &[]), ("T19P_E2", &[]), ("X6U", &[])]),
            vendor("cisco", [0xd0, 0xec, 0x35], &["cisco"], &[("CP-8841", &["8841"]), ("CP-7970G", &["7970"])]),
            vendor(
                "poly",
                [0, 4, 0xf2],
                &["poly", "soundpoint", "vvx"],
                &[("SoundPoint IP 335", &["spip_335"]), ("VVX 411", &["vvx_411"])],
            ),
            vendor("snom", [0, 4, 0x13], &["snom"], &[("300", &[]), ("715", &[]), ("D785", &[])]),
            vendor("yealink", [0x80, 0x5e, 0x0c], &["yealink", "sip-t"], &[("T41S", &["SIP-T41S"])]),
            vendor("grandstream", [0, 0x0b, 0x82], &["grandstream", "gxp"], &[("GXP1625", &[])]),
        ]),
        ..Catalogue::default()
    }
}

fn vendor(key: &str, oui: [u8; 3], words: &[&str], models: &[(&str, &[&str])]) -> (String, Vendor) {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let models = models.iter().map(|(title, names)| (title.to_lowercase(), model(title, owned(names)))).collect();
    (
        key.to_owned(),
        Vendor { title: key.to_owned(), ouis: vec![MacPrefix(oui.to_vec())], words: owned(words), models, ..Vendor::default() },
    )
}

fn model(title: &str, names: Vec<String>) -> PhoneModel {
    PhoneModel { title: title.to_owned(), names, poe_class: None, max_power: None, lines: 1, files: Vec::new() }
}
