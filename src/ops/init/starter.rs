//! The text of an inventory to start from. Pure.

use super::found::FoundSwitch;

const STARTER: &str = include_str!("starter.yaml");

/// What is filled in already.
pub struct Starter<'a> {
    pub name: &'a str,
    pub time_zone: Option<&'a str>,
    pub switches: &'a [FoundSwitch],
}

impl Starter<'_> {
    pub fn text(&self) -> String {
        let time_zone = match self.time_zone {
            Some(zone) => format!("  time_zone: {zone}\n"),
            None => "  # time_zone: Europe/Berlin\n".to_owned(),
        };
        let switches: String = self.switches.iter().map(switch).collect();
        STARTER.replace("@NAME@", &quoted(self.name)).replace("@TIME_ZONE@\n", &time_zone).replace("@SWITCHES@\n", &switches)
    }
}

fn switch(switch: &FoundSwitch) -> String {
    let FoundSwitch { name, address, heard } = switch;
    let port = heard.as_ref().map_or_else(String::new, |heard| format!("    # {heard}\n"));
    format!("  {}:\n{port}    address: {address}\n    read: read\n    # write: write\n    # protect: [Gi1/0/24]\n", quoted(name))
}

/// Text that YAML takes as it is, or in quotes.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !text.is_empty() && text.chars().all(plain) && text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return text.to_owned();
    }
    let clean: String = text.chars().map(|c| if c.is_control() { '?' } else { c }).collect();
    format!("\"{}\"", clean.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{self, Source};
    use crate::phones;

    fn site(starter: &Starter<'_>) -> model::site::Site {
        let text = starter.text();
        assert!(!text.contains('@'), "{text}");
        let source = Source { name: "site.yaml".to_owned(), text };
        inventory::parse(&[source], &phones::builtin().unwrap()).unwrap_or_else(|problems| panic!("{}", problems.render(false)))
    }

    #[test]
    fn it_is_an_inventory_whatever_is_filled_in() {
        for name in ["hq", "no", "12", "Zürich: \"Süd\"", "a\nb"] {
            let site = site(&Starter { name, time_zone: Some("Europe/Zurich"), switches: &[] });
            assert_eq!(site.name, name.replace('\n', "?"));
            assert_eq!(site.time_zone.as_deref(), Some("Europe/Zurich"));
        }
        let found = |name: &str, address: &str| FoundSwitch {
            name: name.to_owned(),
            address: address.parse().unwrap(),
            heard: Some("HP 2530, behind eth0 at its port 1: up\tto 24".to_owned()),
        };
        let switches = [found("desk-1", "192.0.2.1"), found("2. floor #3", "2001:db8::1")];
        let site = site(&Starter { name: "hq", time_zone: None, switches: &switches });
        assert_eq!(site.switches.len(), 2);
        assert!(site.switches.values().all(|switch| switch.write.is_none() && switch.read.as_deref() == Some("read")));
    }

    /// What stands there as an example is right too.
    #[test]
    fn its_examples_are_an_inventory() {
        let starter = Starter { name: "hq", time_zone: None, switches: &[] };
        let text = starter.text();
        let uncommented: Vec<String> = text
            .lines()
            .filter(|line| {
                !line.starts_with('#')
                    || line.starts_with("# pbx:")
                    || line.starts_with("# defaults:")
                    || line.starts_with("# probe:")
            })
            .filter(|line| !line.contains("which is encrypted"))
            .map(|line| line.replacen("# ", "", 1))
            .collect();
        // the second `write` is the other one of two
        let text = uncommented.join("\n").replacen("  write: {snmp: v2c, community: {file: secrets/snmp-write}}\n", "", 1);
        let source = Source { name: "site.yaml".to_owned(), text };
        let site = inventory::parse(&[source], &phones::builtin().unwrap());
        let site = site.unwrap_or_else(|problems| panic!("{}", problems.render(false)));
        assert_eq!((site.switches.len(), site.phones.len()), (1, 1));
        assert!(site.pbx.is_some() && site.probe.is_some() && site.time_zone.is_some());
    }
}
