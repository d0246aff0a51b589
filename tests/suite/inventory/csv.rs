//! Phone lists from spreadsheets.

use model::site::Site;
use voiceport::inventory::{self, ProblemCode};

use super::{catalogue, one};

fn import(table: impl AsRef<[u8]>) -> Site {
    let yaml = inventory::import_csv("phones.csv", table).unwrap_or_else(|problems| panic!("{}", problems.render(false))).yaml;
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
        problems.list.iter().map(|problem| format!("{}:{} {}", problem.line, problem.column, problem.message)).collect();
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
    assert!(problems.list[1].hint.as_ref().unwrap().contains("spreadsheet"));
    assert!(inventory::import_csv("phones.csv", "").unwrap_err().list[0].message.contains("empty"));
}

/// What Excel writes as "Unicode text", "CSV UTF-8" and "CSV" on Western Windows, and LibreOffice as UTF-8 and UTF-16.
#[test]
fn the_files_of_excel_and_libreoffice_are_read_as_they_are() {
    let rows = "Ext;Display Name;Model;MAC Address\r\n0101;Zoë Müller;yealink/t46s;0015.6512.3456\r\n";
    let tabs = rows.replace(';', "\t");
    let utf_16 = |text: &str, of: fn(u16) -> [u8; 2]| format!("\u{feff}{text}").encode_utf16().flat_map(of).collect::<Vec<u8>>();
    let files: [Vec<u8>; 6] = [
        utf_16(&tabs, u16::to_le_bytes),
        utf_16(rows, u16::to_be_bytes),
        format!("\u{feff}{rows}").into_bytes(),
        format!("sep=;\r\n{rows}").into_bytes(),
        rows.as_bytes().to_vec(),
        b"Ext;Display Name;Model;MAC Address\r\n0101;Zo\xeb M\xfcller;yealink/t46s;0015.6512.3456\r\n".to_vec(),
    ];
    for file in &files {
        let site = import(file);
        assert_eq!(site.phones[0].lines[0].name.as_deref(), Some("Zoë Müller"), "{file:?}");
    }
    let guessed = inventory::import_csv("phones.csv", &files[5]).unwrap().yaml;
    assert!(guessed.starts_with("# phones.csv was read as windows-1252: check the letters in names\n"), "{guessed}");
    assert!(inventory::import_csv("phones.csv", &files[4]).unwrap().yaml.starts_with("phones:\n"));
}

#[test]
fn broken_rows_are_told_once_each_with_their_place() {
    let cases = [
        ("mac;model;name\n001565123456;yealink/t46s\n", "2:1 2 cells in a row, but the header has 3"),
        ("mac;model\n001565123456;yealink/t46s;\n001565123457;yealink/t46s;Mü;x\n", "3:27 4 cells in a row, but the header has 2"),
        ("mac,name,mac\n", "1:10 a second column for `mac`"),
        ("model;name\nyealink/t46s;A\nyealink/t46s;B\n", "1:1 no column `mac`"),
        ("mac|model\n001565123456|yealink/t46s\n", "1:1 no column `mac`"),
        ("mac;model;name\n001565123456;yealink/t46s;\"Rack\" left\n", "2:32 a quote inside a cell that begins with one"),
        (
            "mac;model;name\n001565123456;yealink/t46s;\"A\n001565123457;yealink/t46s;B\n",
            "2:27 a quote inside a cell that begins with one",
        ),
        ("mac;model;extension\n001565123456;yealink/t46s;\"A\nB\"\n", "2:27 cell: control character U+000A in a text"),
    ];
    for (table, expected) in cases {
        let problems = inventory::import_csv("phones.csv", table).unwrap_err();
        let seen: Vec<_> =
            problems.list.iter().map(|problem| format!("{}:{} {}", problem.line, problem.column, problem.message)).collect();
        assert_eq!(seen, [expected], "{table}");
        assert!(problems.list[0].hint.is_some(), "{table}");
    }
    // half a character of UTF-16
    let problems = inventory::import_csv("phones.csv", b"\xff\xfem\0a\0c\0\n\0\x00\xd8").unwrap_err();
    assert_eq!((problems.list[0].code, problems.list[0].line, problems.list[0].column), (ProblemCode::Encoding, 2, 1));
}

#[test]
fn rows_that_a_spreadsheet_leaves_empty_are_no_phones() {
    let site = import("mac;model;name\r\n;;\r\n001565123456;yealink/t46s;\"A, \"\"B\"\"\"\r\n;;\r\n");
    assert_eq!(site.phones.len(), 1);
}

/// A hand-written list has inches in it, a spreadsheet's own quotes, a line that names the separator, and columns for other things.
#[test]
fn quotes_are_text_where_a_cell_does_not_begin_with_one() {
    let files: [(&str, &str); 4] = [
        ("mac;model;ext;name\n001565123456;yealink/t46s;1;22\" screen \"left\"\n", "22\" screen \"left\""),
        ("\"sep=|\"\r\nmac|model|ext|name\r\n001565123456|yealink/t46s|1|A; B, C\r\n", "A; B, C"),
        ("SEP=,\nmac,model,ext,name\n001565123456,yealink/t46s,1,\"22\"\" screen, left\"\n", "22\" screen, left"),
        ("mac\tmodel\text\tname\n001565123456\tyealink/t46s\t1\tB \"Bob\" C\n", "B \"Bob\" C"),
    ];
    for (text, name) in files {
        let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for site in [import(text), import(format!("\u{feff}{text}")), import(utf_16)] {
            assert_eq!(site.phones[0].lines[0].name.as_deref(), Some(name), "{text}");
        }
    }
}

#[test]
fn a_column_that_is_not_used_is_named() {
    let table = "MAC-Adresse;Modell;Seriennummer;Durchwahl;Bezahlt\n001565123456;yealink/t46s;X1;0101;ja\n";
    let imported = inventory::import_csv("list.csv", table).unwrap();
    assert_eq!(imported.notes, ["column `Seriennummer` is not used", "column `Bezahlt` is not used"]);
    assert!(
        imported.yaml.starts_with("# column `Seriennummer` is not used\n# column `Bezahlt` is not used\nphones:\n"),
        "{imported:?}"
    );
    assert_eq!(import(table).phones[0].lines[0].extension, "0101");
}

/// The tables of the samples, with the answers that stand beside them.
#[test]
#[ignore = "needs the samples"]
fn tables_that_people_had_trouble_with_are_read_or_refused_with_a_cure() {
    let folder = crate::support::samples("faults");
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let yaml = inventory::import_csv("C01.csv", read("C01.csv")).unwrap().yaml;
    for part in
        ["\"0101\", name: \"Müller; Anna\"", "\"0102\", name: \"B \\\"Bob\\\" C\"", "00:15:65:aa:02:01", "00:15:65:aa:02:02"]
    {
        assert!(yaml.contains(part), "{part}: {yaml}");
    }
    let problems = inventory::import_csv("C02.csv", read("C02.csv")).unwrap_err();
    let hints: Vec<_> = problems.list.iter().map(|problem| (problem.line, problem.hint.clone().unwrap())).collect();
    assert_eq!(hints.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3, 4]);
    assert!(
        hints[0].1.contains("leading zeros") && hints[1].1.contains("into a number") && hints[2].1.contains("leading zeros"),
        "{hints:?}"
    );
    let imported = inventory::import_csv("C03.csv", read("C03.csv")).unwrap();
    assert!(imported.yaml.contains("name: \"Müller\"") && imported.notes[0].contains("windows-1252"), "{imported:?}");
}
