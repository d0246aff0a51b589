//! Whether what a neighbour says of itself fits the phone that the inventory has there. Pure.

use crate::phones::catalogue::{Catalogue, Vendor};
use model::neighbour::{Confidence, Neighbour};
use model::site::PhoneSpec;

/// What a neighbour with the phone's address announces to be, where that is another phone: of another vendor, or another model that the
/// catalogue knows. A vendor known by its address alone is no announcement.
#[must_use]
pub fn contradiction(phone: &PhoneSpec, catalogue: &Catalogue, neighbour: &Neighbour<'_>) -> Option<String> {
    let said = neighbour.phone.as_ref().filter(|said| said.confidence != Confidence::Oui)?;
    let vendor = catalogue.vendors.get(&*said.vendor);
    if *said.vendor == *phone.model.vendor {
        let (wanted, model) = (catalogue.model(&phone.model)?, said.model.as_deref()?);
        let known = |vendor: &Vendor| {
            let titles = vendor.models.values().map(|model| &model.title).chain(vendor.identified.iter().map(|model| &model.title));
            titles.into_iter().any(|title| title.eq_ignore_ascii_case(model))
        };
        let is_wanted = wanted.names.iter().chain([&wanted.title]).any(|name| name.eq_ignore_ascii_case(model));
        vendor.filter(|vendor| !is_wanted && known(vendor))?;
    } else if let Some((said, wanted)) = vendor.zip(catalogue.vendors.get(&phone.model.vendor))
        && maker(&said.title) == maker(&wanted.title)
    {
        // The same phone with another firmware is a vendor of its own in the catalogue.
        return None;
    }
    let vendor = vendor.map_or(&*said.vendor, |vendor| &vendor.title);
    let model = said.model.as_deref().map_or_else(String::new, |model| format!(" {model}"));
    Some(format!("announces itself as {vendor}{model}"))
}

fn maker(title: &str) -> &str {
    title.split(' ').next().unwrap_or(title)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phones;
    use model::ids::MacAddress;
    use model::neighbour::{PhoneIdentity, Protocol, Source};
    use model::site::Settings;

    fn told(wanted: &str, vendor: &'static str, model: Option<&'static str>, confidence: Confidence) -> Option<String> {
        let phone = PhoneSpec {
            mac: MacAddress([0, 21, 101, 0, 0, 1]),
            model: wanted.parse().unwrap(),
            at: None,
            address: None,
            lines: Vec::new(),
            poe_priority: None,
            poe_limit: None,
            settings: Settings::default(),
        };
        let identity = PhoneIdentity {
            vendor: vendor.into(),
            model: model.map(Into::into),
            firmware: None,
            confidence,
            evidence: "its words".into(),
        };
        let neighbour = Neighbour { phone: Some(identity), ..Neighbour::new(Source::Switch, Protocol::Lldp) };
        contradiction(&phone, &phones::builtin().unwrap(), &neighbour)
    }

    #[test]
    fn another_vendor_and_another_model_are_told() {
        let by_name = Confidence::SystemDescription;
        let other = told("yealink/t46s", "poly", Some("VVX 311"), Confidence::InventoryTlv);
        assert_eq!(other.as_deref(), Some("announces itself as Poly VVX 311"));
        assert_eq!(told("yealink/t46s", "poly", None, by_name).as_deref(), Some("announces itself as Poly"));
        assert_eq!(told("yealink/t46s", "acme", Some("9"), by_name).as_deref(), Some("announces itself as acme 9"));
        assert_eq!(told("yealink/t46s", "yealink", Some("T48S"), by_name).as_deref(), Some("announces itself as Yealink T48S"));
    }

    #[test]
    fn what_fits_or_is_no_announcement_is_no_contradiction() {
        for (vendor, model, confidence) in [
            ("yealink", Some("T46S"), Confidence::SystemDescription),
            ("yealink", None, Confidence::SystemDescription),
            ("yealink", Some("T-something"), Confidence::InventoryTlv),
            ("poly", None, Confidence::Oui),
        ] {
            assert_eq!(told("yealink/t46s", vendor, model, confidence), None, "{vendor} {model:?}");
        }
        assert_eq!(told("cisco-mpp/8841", "cisco", Some("8841"), Confidence::CdpPlatform), None, "another firmware");
    }
}
