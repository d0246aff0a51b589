//! Which phone: what real phones say about themselves, and what must not be taken for one.

use voiceport::discover::identify;
use voiceport::model::capabilities::Capabilities;
use voiceport::model::neighbour::{Cdp, Confidence, Med, MedInventory, Neighbour, Protocol, Source};

use super::catalogue;

fn lldp(name: &str, description: &str, capabilities: &[&str]) -> Neighbour<'static> {
    let mut row = Neighbour::new(Source::Pcap, Protocol::Lldp);
    row.system_name = Some(name.to_owned().into());
    row.system_description = Some(description.to_owned().into());
    row.capabilities_enabled = Some(bits(capabilities));
    row
}

/// The bits of names.
fn bits(names: &[&str]) -> Capabilities {
    let one = |bit: &u32| Capabilities::Lldp(1 << bit).names().any(|name| names.contains(&name));
    Capabilities::Lldp((0..16).filter(one).fold(0, |bits, bit| bits | 1 << bit))
}

fn cdp(device_id: &str, platform: &str) -> Neighbour<'static> {
    let mut row = Neighbour::new(Source::Pcap, Protocol::Cdp);
    row.cdp =
        Some(Cdp { device_id: Some(device_id.to_owned().into()), platform: Some(platform.to_owned().into()), ..Cdp::default() });
    row
}

fn med(class: &str, manufacturer: &str, model: &str) -> Neighbour<'static> {
    let mut row = Neighbour::new(Source::Pcap, Protocol::Lldp);
    let inventory = MedInventory {
        manufacturer: Some(manufacturer.to_owned().into()),
        model: Some(model.to_owned().into()),
        ..MedInventory::default()
    };
    row.med = Some(Med { device_class: Some(class.to_owned().into()), inventory: Some(inventory), ..Med::default() });
    row
}

fn found(row: &Neighbour<'_>) -> Option<(String, Option<String>, Confidence)> {
    identify(row, &catalogue()).map(|phone| (phone.vendor.into(), phone.model.map(Into::into), phone.confidence))
}

#[track_caller]
fn assert_found(row: &Neighbour<'_>, vendor: &str, model: Option<&str>, confidence: Confidence) {
    assert_eq!(found(row), Some((vendor.to_owned(), model.map(str::to_owned), confidence)), "{row:?}");
}

#[test]
fn phones_are_known_by_what_they_really_say() {
    use Confidence::{CdpPlatform, InventoryTlv, SystemDescription};
    let phone: &[&str] = &["bridge", "telephone"];
    assert_found(&med("endpoint_class_3", "Cisco Systems, Inc.", "CP-8841"), "cisco", Some("CP-8841"), InventoryTlv);
    assert_found(&cdp("SEP042AE27080B6", "Cisco IP Phone 8841"), "cisco", Some("CP-8841"), CdpPlatform);
    assert_found(&cdp("SEP0004f22ad83e", "Polycom SoundPoint IP 335"), "poly", Some("SoundPoint IP 335"), CdpPlatform);
    let row = lldp("SEP042AE27080B6", "Cisco IP Phone 8841, V1, sip88xx.14-0-1-0201-171.loads", phone);
    assert_found(&row, "cisco", Some("CP-8841"), SystemDescription);
    let row = lldp("", "Polycom;VVX-VVX_411;3111-48450-001,1;SIP/6.4.7.4560/22-Mar-22", phone);
    assert_found(&row, "poly", Some("VVX 411"), SystemDescription);
    assert_found(&lldp("", "snom;snom715-SIP 8.8.3.32;lid:8.8.3.32", phone), "snom", Some("715"), SystemDescription);
    assert_found(&lldp("SIP-T41S", "66.86.188.8", phone), "yealink", Some("T41S"), SystemDescription);
    assert_found(&lldp("GXP1625_00:0b:82:11:22:33", "GXP1625 1.0.4.128", phone), "grandstream", Some("GXP1625"), SystemDescription);
}

#[test]
fn the_longest_name_wins_and_another_generation_is_another_model() {
    let phone: &[&str] = &["telephone"];
    let model = |text: &str| found(&lldp("", text, phone)).and_then(|(_, model, _)| model);
    assert_eq!(model("Acme T19P 1.2").as_deref(), Some("T19P"));
    assert_eq!(model("acme t19p_e2 1.2").as_deref(), Some("T19P_E2"));
    assert_eq!(model("Acme X6U Pro 0.0.10"), None);
    assert_eq!(model("Acme X6UV 0.0.10"), None);
}

#[test]
fn inventory_is_believed_before_the_description() {
    let mut row = med("endpoint_class_3", "Acme", "T46");
    row.system_description = Some("Cisco IP Phone 8841".into());
    assert_found(&row, "acme", Some("T46"), Confidence::InventoryTlv);
}

#[test]
fn a_platform_that_names_a_phone_needs_no_telephone_bit() {
    let mut row = cdp("SEP042AE27080B6", "Cisco IP Phone 8841");
    for capabilities in [&["host"][..], &["switch", "host"]] {
        row.capabilities = Some(bits(capabilities));
        assert_found(&row, "cisco", Some("CP-8841"), Confidence::CdpPlatform);
    }
}

#[test]
fn a_telephone_of_an_unknown_model_keeps_its_vendor() {
    let row = med("endpoint_class_3", "Cisco Systems, Inc.", "CP-9971");
    assert_found(&row, "cisco", Some("CP-9971"), Confidence::InventoryTlv);
    let row = lldp("", "Cisco IP Phone 9971", &["telephone"]);
    assert_found(&row, "cisco", None, Confidence::SystemDescription);
}

#[test]
fn an_oui_gives_the_vendor_and_never_a_model() {
    let mut row = Neighbour::new(Source::Switch, Protocol::Fdb);
    row.mac = Some("80:5e:0c:12:34:56".parse().unwrap());
    assert_found(&row, "yealink", None, Confidence::Oui);
}

#[test]
fn what_is_no_phone_is_not_taken_for_one() {
    let rows = [
        lldp("SCADA-PC", "Dell Inc. OptiPlex 300,01,G22XB2S", &["station_only"]),
        lldp("desk-300", "Debian GNU/Linux 12, kernel 6.1.0", &[]),
        lldp("sw1", "Cisco IOS Software, C2960 Software, supports Cisco IP Phone 8841", &["bridge"]),
        lldp("ap1", "snom300 mounting site", &["wlan_access_point"]),
        cdp("S1", "cisco WS-C3560-24TS"),
        med("endpoint_class_1", "NEC Computers SAS", "POWERMATE VL350"),
        med("network_connectivity", "Cisco Systems, Inc.", "WS-C3560"),
    ];
    for row in rows {
        assert_eq!(found(&row), None, "{row:?}");
    }
    let mut switch = lldp("", "", &["bridge", "router"]);
    switch.mac = Some("00:04:f2:12:34:56".parse().unwrap());
    assert_eq!(found(&switch), None);
}
