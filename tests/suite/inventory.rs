//! Tests of inventory.

use std::collections::BTreeMap;

use voiceport::inventory::Source;
use voiceport::phones::catalogue::{Catalogue, KnownModel, PhoneModel, Vendor};

mod cases;
mod csv;
mod files;
mod insert;
mod laws;
mod schema;
mod secrets;
mod site;

/// Three vendors and the models of the example, and one vendor whose phones are only known when seen.
fn catalogue() -> Catalogue {
    let model = |title: &str, lines: u32| PhoneModel {
        title: title.to_owned(),
        names: Vec::new(),
        poe_class: None,
        max_power: None,
        lines,
        files: Vec::new(),
    };
    let vendor = |title: &str, models: &[(&str, u32)]| Vendor {
        title: title.to_owned(),
        models: models.iter().map(|(key, lines)| ((*key).to_owned(), model(key, *lines))).collect(),
        ..Vendor::default()
    };
    let known = |title: &str| KnownModel { title: title.to_owned(), names: Vec::new() };
    let poly = Vendor { title: "Poly".to_owned(), identified: vec![known("VVX 411")], ..Vendor::default() };
    let yealink = vendor("Yealink", &[("t46s", 16), ("t54w", 16), ("t31p", 2)]);
    let snom = vendor("Snom", &[("d785", 12)]);
    let grandstream = vendor("Grandstream", &[("gxp2170", 12)]);
    let vendors = [("yealink", yealink), ("snom", snom), ("grandstream", grandstream), ("poly", poly)];
    Catalogue {
        vendors: vendors.into_iter().map(|(key, vendor)| (key.to_owned(), vendor)).collect::<BTreeMap<_, _>>(),
        ..Catalogue::default()
    }
}

/// One source called `site.yaml`.
fn one(text: &str) -> [Source; 1] {
    [Source { name: "site.yaml".to_owned(), text: text.to_owned() }]
}
