//! Which phone: what real phones say about themselves, and what must not be taken for one.

use model::capabilities::Capabilities;
use model::code_points::MedDeviceClass::{self, Endpoint1, Endpoint3, NetworkConnectivity, NotDefined};
use model::neighbour::Confidence::{self, CdpPlatform, InventoryTlv, Oui, SystemDescription};
use model::neighbour::{Anomaly, Cdp, Med, MedInventory, Neighbour, Protocol, Source, Text};
use voiceport::phones::{Recogniser, builtin, conflicts};

use super::catalogue;

/// LLDP capability bits.
const BRIDGE: u16 = 1 << 2;
const ACCESS_POINT: u16 = 1 << 3;
const ROUTER: u16 = 1 << 4;
const TELEPHONE: u16 = 1 << 5;
const STATION: u16 = 1 << 7;

fn lldp<'a>(name: &'a str, description: &'a str, capabilities: u16) -> Neighbour<'a> {
    let mut row = Neighbour::new(Source::Pcap, Protocol::Lldp);
    row.system_name = Some(name.into()).filter(|_| !name.is_empty());
    row.system_description = Some(description.into()).filter(|_| !description.is_empty());
    row.capabilities_enabled = Some(Capabilities::Lldp(capabilities)).filter(|_| capabilities > 0);
    row
}

fn cdp<'a>(device_id: &'a str, platform: &'a str) -> Neighbour<'a> {
    let mut row = Neighbour::new(Source::Pcap, Protocol::Cdp);
    row.cdp = Some(Cdp { device_id: Some(device_id.into()), platform: Some(platform.into()), ..Cdp::default() });
    row
}

fn med<'a>(class: MedDeviceClass, manufacturer: &'a str, model: &'a str) -> Neighbour<'a> {
    let mut row = Neighbour::new(Source::Pcap, Protocol::Lldp);
    let inventory = MedInventory { manufacturer: Some(manufacturer.into()), model: Some(model.into()), ..MedInventory::default() };
    row.med = Some(Med { device_class: Some(class), inventory: Some(inventory), ..Med::default() });
    row
}

fn sentences(anomalies: &[Anomaly]) -> Vec<String> {
    anomalies.iter().map(ToString::to_string).collect()
}

fn at<'a>(mac: &str, mut row: Neighbour<'a>) -> Neighbour<'a> {
    row.mac = Some(mac.parse().unwrap());
    row
}

/// Vendor, model, firmware, confidence, evidence.
type Found<'a> = (&'a str, Option<&'a str>, Option<&'a str>, Confidence, &'a str);

#[track_caller]
fn assert_found(recogniser: &Recogniser, row: &Neighbour<'_>, expected: Option<Found<'_>>) {
    let found = recogniser.identify(row);
    let found = found
        .as_ref()
        .map(|phone| (&*phone.vendor, phone.model.as_deref(), phone.firmware.as_deref(), phone.confidence, &*phone.evidence));
    assert_eq!(found, expected, "{row:?}");
}

/// Whether the few vendors of the tests' own catalogue know the row: vendor, model, confidence.
fn known(row: &Neighbour<'_>) -> Option<(String, Option<String>, Confidence)> {
    let recogniser = Recogniser::new(&catalogue());
    recogniser.identify(row).map(|phone| (phone.vendor.into(), phone.model.map(Into::into), phone.confidence))
}

/// What phones say of themselves, and what they are.
fn really_said() -> Vec<(Neighbour<'static>, Found<'static>)> {
    let phone = BRIDGE | TELEPHONE;
    let text = "Cisco IP Phone 8841, V1, sip88xx.14-0-1-0201-171.loads";
    let firmware = Some("sip88xx.14-0-1-0201-171");
    vec![
        (lldp("SEP042AE27080B6", text, phone), ("cisco", Some("CP-8841"), firmware, SystemDescription, text)),
        (med(Endpoint3, "Cisco Systems, Inc.", "CP-8841"), ("cisco", Some("CP-8841"), None, InventoryTlv, "CP-8841")),
        (cdp("SEP042AE27080B6", "Cisco IP Phone 8841"), ("cisco", Some("CP-8841"), None, CdpPlatform, "Cisco IP Phone 8841")),
        (
            lldp("SEP001122334455.example.net", "Cisco IP Phone 7911G,V5, SIP11.9-0-3S", phone),
            ("cisco", Some("CP-7911G"), Some("SIP11.9-0-3S"), SystemDescription, "Cisco IP Phone 7911G,V5, SIP11.9-0-3S"),
        ),
        (
            lldp("SEP001122334455", "Cisco IP Phone 7941G,V1, SCCP41.9-2-1S", phone),
            ("cisco", Some("CP-7941G"), Some("SCCP41.9-2-1S"), SystemDescription, "Cisco IP Phone 7941G,V1, SCCP41.9-2-1S"),
        ),
        (
            lldp("Polycom SoundPoint IP 335", "Polycom;SoundPointIP", phone),
            ("poly", Some("SoundPoint IP 335"), None, SystemDescription, "Polycom SoundPoint IP 335"),
        ),
        (
            cdp("SEP0004f22ad83e", "Polycom SoundPoint IP 335"),
            ("poly", Some("SoundPoint IP 335"), None, CdpPlatform, "Polycom SoundPoint IP 335"),
        ),
        (
            lldp("", "Polycom;SoundStationIP-SSIP_7000;3111-40000-001,1;SIP/3.3.3.0069/15-Sep-11", phone),
            (
                "poly",
                Some("SoundStation IP 7000"),
                Some("3.3.3.0069"),
                SystemDescription,
                "Polycom;SoundStationIP-SSIP_7000;3111-40000-001,1;SIP/3.3.3.0069",
            ),
        ),
        (
            lldp("", "Polycom;VVX-VVX_411;3111-48450-001,1;SIP/6.4.7.4560/22-Mar-22", phone),
            (
                "poly",
                Some("VVX 411"),
                Some("6.4.7.4560"),
                SystemDescription,
                "Polycom;VVX-VVX_411;3111-48450-001,1;SIP/6.4.7.4560/22-Mar-22",
            ),
        ),
        (cdp("SEP0004F2AABBCC", "Polycom VVX 250"), ("poly", Some("VVX 250"), None, CdpPlatform, "Polycom VVX 250")),
        (
            at("80:5e:0c:12:34:56", lldp("SIP-T41S", "66.86.188.8", phone)),
            ("yealink", Some("T41S"), Some("66.86.188.8"), SystemDescription, "SIP-T41S"),
        ),
        (
            at("00:0b:82:11:22:33", lldp("GXP1625_00:0b:82:11:22:33", "GXP1625 1.0.4.128", phone)),
            ("grandstream", Some("GXP1625"), Some("1.0.4.128"), SystemDescription, "GXP1625 1.0.4.128"),
        ),
        (at("00:1a:e8:12:34:56", lldp("", "", phone)), ("unify", None, None, Oui, "00:1a:e8")),
        (
            lldp("", "snom;snom715-SIP 8.8.3.32;lid:8.8.3.32", phone),
            ("snom", Some("715"), Some("8.8.3.32"), SystemDescription, "snom;snom715-SIP 8.8.3.32;lid:8.8.3.32"),
        ),
        (at("00:04:f2:9e:47:9a", lldp("Lync Phone Edition - 9e479a", "", TELEPHONE)), ("poly", None, None, Oui, "00:04:f2")),
    ]
}

#[test]
fn phones_are_known_by_what_they_really_say() {
    let recogniser = Recogniser::new(&builtin().unwrap());
    for (row, expected) in really_said() {
        assert_found(&recogniser, &row, Some(expected));
        assert_eq!(recogniser.contradictions(&row), [], "{row:?}");
    }
    let mut nortel = med(Endpoint3, "Phone-05", "1220 IP Deskphone");
    nortel.system_description = Some("IP Phone, Firmware:90234AP".into());
    let expected = ("avaya", Some("1220 IP Deskphone"), Some("90234AP"), InventoryTlv, "1220 IP Deskphone");
    assert_found(&recogniser, &nortel, Some(expected));
}

#[test]
fn names_in_other_forms_are_known_too() {
    let recogniser = Recogniser::new(&builtin().unwrap());
    let cases = [
        ("Cisco IP Conference Phone 8832", "cisco", "CP-8832"),
        ("Cisco IP Phone 7970", "cisco", "CP-7970G"),
        ("Cisco Desk Phone 9841", "cisco", "DP-9841"),
        ("Cisco CP-8841-3PCC", "cisco-mpp", "CP-8841-3PCC"),
        ("LINKSYS SPA-942", "cisco-spa", "SPA942"),
        ("Cisco SPA525G2", "cisco-spa", "SPA525G2"),
        ("Yealink SIP-T19P_E2 53.84.0.15", "yealink", "T19P_E2"),
        ("snomD785", "snom", "D785"),
        ("Snom M900 05.20.0001", "snom", "M900"),
        ("Fanvil X6U Pro 0.0.10", "fanvil", "X6U Pro"),
        ("Fanvil X5U-V2 2.12.16.17", "fanvil", "X5U-V2"),
        ("Aastra6731i", "mitel", "6731i"),
        ("Gigaset N870 IP PRO", "gigaset", "N870 IP PRO"),
        ("Panasonic_KX-UT670", "panasonic", "KX-UT670"),
        ("ALE M3-CE 2.11.01.1604", "alcatel", "M3-CE"),
        ("Htek UC903 2.0.4.2", "htek", "UC903"),
        ("Flyingvoice FIP13G V0.6.24", "flyingvoice", "FIP13G"),
        ("OpenStage 60 G", "unify", "OpenStage 60 G"),
        ("AVAYA J179", "avaya", "J179"),
        ("innovaphone IP111", "innovaphone", "IP111"),
        ("ShoreTel IP480", "mitel", "IP480"),
        ("ShoreTel IP485g 802.1093", "mitel", "IP485g"),
        ("Mitel IP420g", "mitel", "IP420g"),
        ("Mitel 5320e,DN 2142", "mitel", "5320e"),
        ("Yealink SIP VP-T49G 51.80.0.100", "yealink", "T49G"),
        ("SIP-CP920 78.85.0.5", "yealink", "CP920"),
        ("SIP-T58 58.85.0.5", "yealink", "T58"),
        ("SIP-T34W", "yealink", "T34W"),
    ];
    for (text, vendor, model) in cases {
        let row = lldp("", text, TELEPHONE);
        let phone = recogniser.identify(&row).unwrap_or_else(|| panic!("{text}"));
        assert_eq!((&*phone.vendor, phone.model.as_deref()), (vendor, Some(model)), "{text}");
    }
}

/// What video devices say in CDP; a call manager names them as it names telephones.
#[test]
fn conference_devices_with_a_phones_name_are_known() {
    let recogniser = Recogniser::new(&builtin().unwrap());
    let cases = [
        ("CTS-CODEC-SX80", Some("TelePresence SX80")),
        ("CTS-CODEC-MX300 G2", Some("TelePresence MX300 G2")),
        ("CTS-CODEC-MX700/MX800", Some("TelePresence MX700/MX800")),
        ("CTS-CODEC-DX80", Some("TelePresence DX80")),
        ("Cisco TelePresence SX20", Some("TelePresence SX20")),
        ("Room Kit", Some("Webex Room Kit")),
        ("Desk Pro", Some("Webex Desk Pro")),
        ("CTS-CODEC-PRIM", None),
    ];
    for (platform, model) in cases {
        // host and telephone, or host alone
        for capabilities in [0x90, 0x10] {
            let mut row = cdp("SEP0C1167025364", platform);
            row.capabilities = Some(Capabilities::Cdp(capabilities));
            let phone = recogniser.identify(&row).unwrap_or_else(|| panic!("{platform} {capabilities:#x}"));
            assert_eq!((&*phone.vendor, phone.model.as_deref(), phone.confidence), ("cisco", model, CdpPlatform), "{platform}");
        }
    }
}

#[test]
fn only_the_name_of_a_phone_is_a_claim_to_be_one() {
    let recogniser = Recogniser::new(&builtin().unwrap());
    // as lldpd announces a phone by CDP: a switch and a host
    let named = |device_id| {
        let mut row = cdp(device_id, "Room Kit");
        row.capabilities = Some(Capabilities::Cdp(0x18));
        recogniser.identify(&row).is_some()
    };
    for device_id in ["SEP0C1167025364", "SEP0c1167025364.example.net", "SIP30E4DB811EF5"] {
        assert!(named(device_id), "{device_id}");
    }
    for device_id in ["SEP0C116702536", "SEP0C11670253645", "SEPTEMBER-ROOM", "sep0C1167025364", "0C1167025364", "SEP-0C1167025364"]
    {
        assert!(!named(device_id), "{device_id}");
    }
}

#[test]
fn a_yealink_text_is_known_without_capabilities() {
    let recogniser = Recogniser::new(&builtin().unwrap());
    for (name, model) in
        [("SIP-T46S", Some("T46S")), ("SIP-CP935W", Some("CP935W")), ("SIP-VP59", Some("VP59")), ("SIP-W60B", Some("W60B"))]
    {
        let row = lldp(name, "66.86.0.15", 0);
        let phone = recogniser.identify(&row).unwrap_or_else(|| panic!("{name}"));
        assert_eq!((&*phone.vendor, phone.model.as_deref()), ("yealink", model), "{name}");
    }
    // a model that the tables do not have yet
    let row = lldp("SIP-T99Z", "199.86.0.15", TELEPHONE);
    let phone = recogniser.identify(&row).unwrap();
    assert_eq!((&*phone.vendor, phone.model.as_deref(), phone.firmware.as_deref()), ("yealink", None, Some("199.86.0.15")));
    for text in ["SIP-TRUNK-1", "SIP-WEB", "SIP proxy 5"] {
        assert_eq!(recogniser.identify(&lldp(text, "", 0)), None, "{text}");
    }
}

#[test]
fn every_model_of_the_tables_is_known_by_each_of_its_names() {
    let catalogue = builtin().unwrap();
    let recogniser = Recogniser::new(&catalogue);
    for (key, vendor) in &catalogue.vendors {
        let rendered = vendor.models.values().map(|model| (&model.title, &model.names));
        let known = vendor.identified.iter().map(|model| (&model.title, &model.names));
        for (title, names) in rendered.chain(known) {
            for name in std::iter::once(title).chain(names) {
                let row = med(Endpoint3, &vendor.words[0], name);
                let phone = recogniser.identify(&row).unwrap_or_else(|| panic!("{key}: {name}"));
                assert_eq!((&*phone.vendor, phone.model.as_deref()), (key.as_str(), Some(title.as_str())), "{name}");
            }
        }
    }
}

#[test]
fn the_longest_name_wins_and_another_generation_is_another_model() {
    let model = |text: &str| known(&lldp("", text, TELEPHONE)).and_then(|(_, model, _)| model);
    assert_eq!(model("Acme T19P 1.2").as_deref(), Some("T19P"));
    assert_eq!(model("acme t19p_e2 1.2").as_deref(), Some("T19P_E2"));
    for text in ["Acme X6U Pro 0.0.10", "Acme X6U-V2", "Acme X6U G2", "Acme X6UV 0.0.10", "Acme X6U+"] {
        assert_eq!(known(&lldp("", text, TELEPHONE)), Some(("acme".to_owned(), None, SystemDescription)), "{text}");
    }
}

#[test]
fn inventory_wins_over_the_description_and_the_conflict_is_noted() {
    let recogniser = Recogniser::new(&catalogue());
    let mut row = at("00:04:13:00:00:01", med(Endpoint3, "Acme", "T46"));
    row.system_description = Some("Cisco IP Phone 8841".into());
    recogniser.name(&mut row);
    let phone = row.phone.as_ref().unwrap();
    assert_eq!((&*phone.vendor, phone.model.as_deref(), phone.confidence), ("acme", Some("T46"), InventoryTlv));
    let noted = [
        "phone: lldp system description says cisco CP-8841, lldp-med inventory says acme T46",
        "phone: mac address 00:04:13 is of snom, lldp-med inventory says acme T46",
    ];
    assert_eq!(sentences(&row.anomalies), noted);
}

#[test]
fn rows_of_one_phone_that_name_different_phones_are_a_conflict() {
    let recogniser = Recogniser::new(&catalogue());
    let mut lldp = med(Endpoint3, "Cisco Systems, Inc.", "CP-8841");
    let mut same = cdp("SEP042AE27080B6", "Cisco IP Phone 8841");
    let mut other = cdp("SEP042AE27080B6", "Polycom VVX 411");
    let mut learned = at("00:04:13:00:00:01", Neighbour::new(Source::Switch, Protocol::Fdb));
    for row in [&mut lldp, &mut same, &mut other, &mut learned] {
        recogniser.name(row);
    }
    assert_eq!(conflicts(&[&lldp, &same, &learned]), []);
    let said = "phone: cdp platform says poly VVX 411, lldp-med inventory says cisco CP-8841";
    assert_eq!(sentences(&conflicts(&[&other, &lldp, &same])), [said]);
    assert_eq!(conflicts(&[]), []);
}

#[test]
fn a_platform_that_names_a_phone_needs_no_telephone_bit() {
    let mut row = cdp("SEP042AE27080B6", "Cisco IP Phone 8841");
    // host; switch and host
    for capabilities in [0x10, 0x18] {
        row.capabilities = Some(Capabilities::Cdp(capabilities));
        assert_eq!(known(&row), Some(("cisco".to_owned(), Some("CP-8841".to_owned()), CdpPlatform)));
    }
}

#[test]
fn a_telephone_of_an_unknown_model_keeps_its_vendor() {
    let row = med(Endpoint3, "Cisco Systems, Inc.", "CP-9971");
    assert_eq!(known(&row), Some(("cisco".to_owned(), Some("CP-9971".to_owned()), InventoryTlv)));
    let row = lldp("", "Cisco IP Phone 9971", TELEPHONE);
    assert_eq!(known(&row), Some(("cisco".to_owned(), None, SystemDescription)));
}

#[test]
fn an_oui_gives_the_vendor_and_never_a_model() {
    let recogniser = Recogniser::new(&builtin().unwrap());
    let row = |mac| at(mac, Neighbour::new(Source::Switch, Protocol::Fdb));
    assert_found(&recogniser, &row("80:5e:0c:12:34:56"), Some(("yealink", None, None, Oui, "80:5e:0c")));
    assert_found(&recogniser, &row("00:04:13:12:34:56"), Some(("snom", None, None, Oui, "00:04:13")));
    assert_found(&recogniser, &row("00:04:13:e2:34:56"), Some(("gigaset", None, None, Oui, "00:04:13:e2")));
    assert_found(&recogniser, &row("00:04:13:80:34:56"), Some(("snom", None, None, Oui, "00:04:13")));
    // this vendor's switches have the same OUIs
    assert_found(&recogniser, &row("d0:ec:35:12:34:56"), None);
}

#[test]
fn an_oui_that_two_vendors_share_contradicts_neither() {
    let recogniser = Recogniser::new(&builtin().unwrap());
    let row = at("00:04:13:80:34:56", lldp("", "Gigaset P850 1.0.0", TELEPHONE));
    assert_eq!(recogniser.contradictions(&row), []);
    let row = at("00:04:13:e2:34:56", lldp("", "snomD785-SIP 10.1.33.33", TELEPHONE));
    assert_eq!(recogniser.contradictions(&row), []);
}

#[test]
fn the_firmware_is_the_software_revision_before_the_firmware_revision() {
    let recogniser = Recogniser::new(&catalogue());
    let mut row = med(Endpoint3, "Acme", "T46");
    row.system_description = Some("Acme T46 9.9.9".into());
    let firmware = |row: &Neighbour<'_>| recogniser.identify(row).unwrap().firmware.map(Text::into_owned);
    assert_eq!(firmware(&row).as_deref(), Some("9.9.9"));
    row.med.as_mut().unwrap().inventory.as_mut().unwrap().firmware = Some("boot 1.2".into());
    assert_eq!(firmware(&row).as_deref(), Some("boot 1.2"));
    row.med.as_mut().unwrap().inventory.as_mut().unwrap().software = Some("66.86.0.15".into());
    assert_eq!(firmware(&row).as_deref(), Some("66.86.0.15"));
    let mut row = cdp("SEP042AE27080B6", "Cisco IP Phone 8841");
    row.cdp.as_mut().unwrap().software = Some("sip88xx.12-5-1SR3-74.loads".into());
    assert_eq!(firmware(&row).as_deref(), Some("sip88xx.12-5-1SR3-74"));
}

#[test]
fn what_is_no_phone_is_not_taken_for_one() {
    let recogniser = Recogniser::new(&builtin().unwrap());
    let rows = vec![
        lldp("SCADA-PC", "Dell Inc. OptiPlex 300,01,G22XB2S", STATION),
        lldp("desk-300", "Debian GNU/Linux 12, kernel 6.1.0", 0),
        lldp("pc-M900", "Debian GNU/Linux 12, kernel 6.1.0", 0),
        lldp("sw1", "Cisco IOS Software, C2960 Software, supports Cisco IP Phone 8841", BRIDGE),
        lldp("ap1", "snom300 mounting site", ACCESS_POINT),
        cdp("S1", "cisco WS-C3560-24TS"),
        cdp("R1", "Cisco 2811"),
        med(Endpoint1, "NEC Computers SAS", "POWERMATE VL350"),
        med(NotDefined, "LENOVO", "ThinkCentre M900"),
        med(Endpoint1, "Dell Inc.", "Latitude E450"),
        med(NetworkConnectivity, "Cisco Systems, Inc.", "WS-C3560"),
        at("00:04:f2:12:34:56", lldp("", "", BRIDGE | ROUTER)),
    ];
    for row in rows {
        assert_found(&recogniser, &row, None);
    }
}

mod samples {
    use super::super::read;
    use super::{Text, builtin};
    use crate::support::samples;

    #[test]
    #[ignore = "needs the public captures: tests/run looks for them"]
    fn the_public_captures_hold_the_phones_they_are_named_after() {
        let folder = samples("pcap");
        let catalogue = builtin().unwrap();
        let mut named = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if !path.is_file() || path.extension().is_none_or(|extension| extension == "jsonl") {
                continue;
            }
            for row in read(&std::fs::read(&path).unwrap(), &catalogue).into_iter().flatten() {
                let file = path.file_name().unwrap().to_string_lossy().into_owned();
                if let Some(phone) = row.phone {
                    let text = |text: Option<Text<'static>>| text.map_or("-".to_owned(), Text::into_owned);
                    let (model, firmware) = (text(phone.model), text(phone.firmware));
                    named.push(format!("{file}: {} {model} {firmware} {}", phone.vendor, serde_json::json!(phone.confidence)));
                }
            }
        }
        named.sort();
        named.dedup();
        let expected = [
            "cisco-ip-phone-7912-7970-cdp.pcap: cisco CP-7912G CP7912-v8-00-1-060412A \"cdp_platform\"",
            "cisco-ip-phone-7912-7970-cdp.pcap: cisco CP-7970G SIP70.8-5-3S \"cdp_platform\"",
            "cisco-ip-phone-8841.pcap: cisco CP-8841 sip88xx.14-0-1-0201-171 \"cdp_platform\"",
            "cisco-ip-phone-8841.pcap: cisco CP-8841 sip88xx.14-0-1-0201-171 \"inventory_tlv\"",
        ];
        assert_eq!(named, expected);
    }
}
