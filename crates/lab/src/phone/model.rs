//! The phone models of the simulated site: what they say of themselves, what they draw, which files they ask for. Pure.

use std::net::Ipv4Addr;

use model::ids::{BridgePort, MacAddress, VlanId};
use model::units::Milliwatts;

use crate::switch::lldp_content::{Cdp, Chassis, LldpContent, Med};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    pub mac: MacAddress,
    pub model: Model,
    /// The name of the switch it is plugged into.
    pub switch: &'static str,
    /// The port it is plugged into.
    pub port: BridgePort,
    /// The address it gets once it is in the voice VLAN.
    pub address: Ipv4Addr,
    /// SIP user of its first line: how it knows its own file.
    pub user: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Model {
    pub vendor: Vendor,
    /// Name as the vendor writes it.
    pub title: &'static str,
    pub firmware: &'static str,
    /// The number in the name of Yealink's common file.
    pub common: u8,
    pub class: u8,
    /// True draw.
    pub draw: Milliwatts,
}

/// Makers of the phones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "names of makers")]
pub enum Vendor {
    Yealink,
    Snom,
    Grandstream,
}

/// One file a phone asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub name: String,
    /// Whether the phone cannot do without it: its own file.
    pub own: bool,
}

pub(crate) const T46S: Model = model(Vendor::Yealink, "T46S", "66.86.0.15", 66, 2, 3_200);
pub(crate) const T54W: Model = model(Vendor::Yealink, "T54W", "96.86.0.100", 96, 2, 3_600);
pub(crate) const D785: Model = model(Vendor::Snom, "D785", "10.1.33.33", 0, 3, 4_900);
pub(crate) const D735: Model = model(Vendor::Snom, "D735", "10.1.33.33", 0, 2, 3_100);
pub(crate) const GXP2170: Model = model(Vendor::Grandstream, "GXP2170", "1.0.11.85", 0, 3, 5_400);
pub(crate) const GXP2135: Model = model(Vendor::Grandstream, "GXP2135", "1.0.11.85", 0, 2, 3_000);

const fn model(vendor: Vendor, title: &'static str, firmware: &'static str, common: u8, class: u8, draw_mw: u32) -> Model {
    Model { vendor, title, firmware, common, class, draw: Milliwatts(draw_mw) }
}

impl Phone {
    /// Names asked for at boot, in order; what is not [`Wanted::own`] may be missing.
    #[must_use]
    pub fn files(&self) -> Vec<Wanted> {
        let (lower, upper) = (self.mac.bare(), self.mac.bare().to_uppercase());
        let title = self.model.title;
        let shared = |name: String| Wanted { name, own: false };
        let own = |name: String| Wanted { name, own: true };
        match self.model.vendor {
            Vendor::Yealink => vec![
                shared(format!("{lower}.boot")),
                shared("y000000000000.boot".to_owned()),
                shared(format!("y{:012}.cfg", self.model.common)),
                own(format!("{lower}.cfg")),
            ],
            Vendor::Snom => vec![
                shared(format!("snom{title}.htm")),
                own(format!("snom{title}-{upper}.htm")),
                shared(format!("snom{title}-firmware.htm")),
            ],
            Vendor::Grandstream => vec![shared(format!("cfg{lower}")), own(format!("cfg{lower}.xml"))],
        }
    }

    /// Whether it prefers TFTP; the others prefer HTTP.
    #[must_use]
    pub fn prefers_tftp(&self) -> bool {
        self.model.vendor == Vendor::Yealink
    }

    /// User-Agent of its requests.
    #[must_use]
    pub fn user_agent(&self) -> String {
        let Model { title, firmware, .. } = self.model;
        match self.model.vendor {
            Vendor::Yealink => format!("Yealink SIP-{title} {firmware} {}", self.mac),
            Vendor::Snom => {
                let mac = self.mac.bare().to_uppercase();
                format!("Mozilla/4.0 (compatible; snom{title}-SIP {firmware} 2010.12-00004-g9ba52f5 {mac} SXM:0 UXM:0)")
            }
            Vendor::Grandstream => format!("Grandstream Model HW {title} SW {firmware} DevId {}", self.mac.bare()),
        }
    }

    /// Whether a file is this phone's own: it holds the user of its first line with some password.
    pub fn check(&self, text: &str) -> Result<(), String> {
        let (users, passwords): (&[&str], &[&str]) = match self.model.vendor {
            Vendor::Yealink => (&["account.1.auth_name", "account.1.user_name"], &["account.1.password"]),
            Vendor::Snom => (&["user_pname", "user_name"], &["user_pass"]),
            Vendor::Grandstream => (&["P36", "P35"], &["P34"]),
        };
        let read = |name: &&str| match self.model.vendor {
            Vendor::Yealink => key_value(text, name),
            Vendor::Snom | Vendor::Grandstream => element(text, name),
        };
        let user = users.iter().find_map(read).ok_or_else(|| "the file gives no user to the first line".to_owned())?;
        if user != self.user {
            return Err(format!("the file is for user {user}, this phone is {}", self.user));
        }
        match passwords.iter().find_map(read) {
            Some(password) if !password.is_empty() => Ok(()),
            _ => Err("the file gives no password to the first line".to_owned()),
        }
    }

    /// What it says of itself. Without an address its chassis id is 0.0.0.0 and it has no management address.
    #[must_use]
    pub fn lldp_content(&self, address: Option<Ipv4Addr>, voice_vlan: Option<VlanId>) -> LldpContent {
        let Model { vendor, title, firmware, .. } = self.model;
        let (name, description, maker) = match vendor {
            Vendor::Yealink => (format!("SIP-{title}"), firmware.to_owned(), "Yealink"),
            Vendor::Snom => {
                (format!("snom{title}-{}", self.mac.bare().to_uppercase()), format!("snom;snom{title}-SIP {firmware}"), "snom")
            }
            Vendor::Grandstream => (format!("{title}_{}", self.mac), format!("{title} {firmware}"), "Grandstream"),
        };
        let inventory =
            ["1.0", "2.0", firmware, &self.mac.bare().to_uppercase(), maker, &self.inventory_model(), ""].map(str::to_owned);
        LldpContent {
            chassis: Chassis::Address(address.unwrap_or(Ipv4Addr::UNSPECIFIED)),
            port_id: (3, self.mac.0.to_vec()),
            port_description: "WAN PORT".to_owned(),
            system_name: name,
            system_description: description,
            capabilities: 0x24,
            address,
            med: Some(Med { inventory, voice_vlan, power: self.model.draw }),
            cdp: (vendor != Vendor::Snom).then(|| self.cdp()),
        }
    }

    fn inventory_model(&self) -> String {
        match self.model.vendor {
            Vendor::Yealink => format!("SIP-{}", self.model.title),
            Vendor::Snom => format!("snom{}", self.model.title),
            Vendor::Grandstream => self.model.title.to_owned(),
        }
    }

    fn cdp(&self) -> Cdp {
        let (prefix, maker) = if self.model.vendor == Vendor::Yealink { ("SIP-", "Yealink ") } else { ("", "Grandstream ") };
        Cdp {
            device_id: format!("SEP{}", self.mac.bare().to_uppercase()),
            port: "Port 1".to_owned(),
            platform: format!("{maker}{prefix}{}", self.model.title),
            capabilities: 0x90,
        }
    }
}

/// The value of a `name = value` line.
fn key_value(text: &str, name: &str) -> Option<String> {
    text.lines()
        .filter_map(|line| line.split_once('='))
        .find(|(key, _)| key.trim() == name)
        .map(|(_, value)| value.trim().to_owned())
}

/// The text of the first element `name`, whatever its attributes; the first index stands first.
fn element(text: &str, name: &str) -> Option<String> {
    let after = text.match_indices('<').find_map(|(at, _)| {
        let rest = text.get(at + 1..)?.strip_prefix(name)?;
        rest.starts_with(|c: char| c == '>' || c.is_whitespace()).then_some(rest)
    })?;
    let (_, body) = after.split_once('>')?;
    body.split_once('<').map(|(value, _)| value.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phone(model: Model) -> Phone {
        let mac = MacAddress([0, 0x15, 0x65, 0x10, 0, 0xab]);
        Phone { mac, model, switch: "s", port: BridgePort(1), address: Ipv4Addr::LOCALHOST, user: "101" }
    }

    #[test]
    fn phones_ask_for_the_names_of_their_vendor() {
        let names = |model| phone(model).files().into_iter().map(|file| file.name).collect::<Vec<_>>();
        assert_eq!(names(T46S), ["0015651000ab.boot", "y000000000000.boot", "y000000000066.cfg", "0015651000ab.cfg"]);
        assert_eq!(names(D785), ["snomD785.htm", "snomD785-0015651000AB.htm", "snomD785-firmware.htm"]);
        assert_eq!(names(GXP2170), ["cfg0015651000ab", "cfg0015651000ab.xml"]);
    }

    #[test]
    fn a_phone_knows_its_own_file() {
        let yealink = |user: &str, password: &str| {
            phone(T46S).check(&format!("#!version:1.0.0.1\naccount.1.user_name = {user}\naccount.1.password = {password}\n"))
        };
        assert_eq!(yealink("101", "x"), Ok(()));
        assert!(yealink("102", "x").unwrap_err().contains("user 102"));
        assert!(yealink("101", "").is_err());
        let snom = "<settings><user_pname idx=\"1\" perm=\"RW\">101</user_pname><user_pass idx=\"1\">p</user_pass></settings>";
        assert_eq!(phone(D785).check(snom), Ok(()));
        assert_eq!(phone(GXP2170).check("<P35>101</P35><P34>p</P34>"), Ok(()));
        assert!(phone(GXP2170).check("<P355>101</P355><P34>p</P34>").is_err());
    }
}
