//! A made-up phone of every model, to prove the templates before a real phone sees them. Pure.

use std::collections::BTreeMap;

use super::renderer::{Renderer, ServingContext};
use model::credential::SecretRef;
use model::ids::{MacAddress, ModelId};
use model::secret::Secret;
use model::site::{LineSpec, PbxSpec, PhoneSpec, SipTransport, Site};

/// Renders every file of every model, with as many lines as the model has; a line for each that fails.
#[must_use]
pub fn check(renderer: &Renderer) -> Vec<String> {
    let site = Site {
        name: "sample".to_owned(),
        time_zone: Some("Europe/Berlin".to_owned()),
        country: Some("DE".to_owned()),
        pbx: Some(PbxSpec { address: "pbx.example.net".to_owned(), port: None, transport: SipTransport::Tls }),
        ..Site::default()
    };
    let context = ServingContext { url: "http://192.0.2.1/".to_owned() };
    let secrets = |_: &SecretRef| Ok(Secret::new("s3cret&<\"> #;"));
    let mut findings = Vec::new();
    for (vendor, table) in &renderer.catalogue().vendors {
        for (key, model) in &table.models {
            let phone = phone(ModelId { vendor: vendor.clone(), model: key.clone() }, model.lines);
            if let Err(error) = renderer.files(&site, &phone, &secrets, &context) {
                findings.push(format!("{vendor}/{key}: {error}"));
            }
        }
    }
    findings
}

fn phone(model: ModelId, lines: u32) -> PhoneSpec {
    let line = |number: u32| LineSpec {
        extension: (100 + number).to_string(),
        name: Some("Zoë & <Söhne>".to_owned()),
        user: (100 + number).to_string(),
        secret: SecretRef::Literal(Secret::new("unused")),
    };
    PhoneSpec {
        mac: MacAddress([0x02, 0, 0, 0, 0, 1]),
        model,
        at: None,
        address: None,
        lines: (1..=lines.max(1)).map(line).collect(),
        poe_priority: None,
        poe_limit: None,
        settings: BTreeMap::new(),
    }
}
