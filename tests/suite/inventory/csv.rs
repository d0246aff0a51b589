//! Phone lists from spreadsheets.

use model::site::Site;
use voiceport::inventory;

use super::catalogue;
use super::one;

fn import(table: &str) -> Site {
    let yaml = inventory::import_csv("phones.csv", table).unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    let text = format!("pbx: {{address: pbx}}\nswitches: {{desk-1: {{linux: br0}}}}\n{yaml}");
    inventory::parse(&one(&text), &catalogue()).unwrap_or_else(|problems| panic!("{}", problems.render(false)))
}

#[test]
fn any_separator_column_order_and_spelling_of_macs_is_read() {
    let comma = "mac,model,extension,name,switch,port\n00-15-65-12-34-56,yealink/t46s,0101,\"Müller, \"\"A\"\"\",desk-1,lan1\n";
    let semicolon = "\u{feff}Ext;Display Name;Vendor;Model;MAC Address;Port;Switch\r\n0101;\"Müller, \"\"A\"\"\";Yealink;T46S;0015.6512.3456;lan1;desk-1\r\n\r\n";
    let tab = semicolon.replace(';', "\t");
    let sites = [comma, semicolon, &tab].map(import);
    assert!(sites.iter().all(|site| *site == sites[0]));
    let phone = &sites[0].phones[0];
    assert_eq!((phone.lines[0].extension.as_str(), phone.lines[0].name.as_deref()), ("0101", Some("Müller, \"A\"")));
    assert_eq!(phone.at.as_ref().unwrap().to_string(), "desk-1 lan1");
}

#[test]
fn what_a_spreadsheet_spoils_is_found() {
    let table = concat!(
        "mac;vendor;model;extenson\n",
        "1,12233E+11;yealink;t46s;101\n",
        "413123459;yealink;t46s;102\n",
        "00:15:65:12:34:56;;t46s;103\n",
        "00:15:65:12:34:58;yealink;t46s;104\n",
        "001565123458;yealink;t46s;104\n",
        ";yealink;t46s;105\n",
    );
    let problems = inventory::import_csv("phones.csv", table).unwrap_err();
    let seen: Vec<_> =
        problems.0.iter().map(|problem| format!("{}:{} {}", problem.line, problem.column, problem.message)).collect();
    assert_eq!(
        seen,
        [
            "1:18 unknown column `extenson`",
            "2:1 mac: `1,12233E+11` is not a MAC address",
            "3:1 mac: `413123459` is not a MAC address",
            "4:20 `t46s` is not a model",
            "6:1 00:15:65:12:34:58 is in the table twice",
            "7:1 a row without MAC address",
        ]
    );
    assert!(problems.0[1].hint.as_ref().unwrap().contains("spreadsheet"));
    assert!(inventory::import_csv("phones.csv", "").unwrap_err().0[0].message.contains("empty"));
}
