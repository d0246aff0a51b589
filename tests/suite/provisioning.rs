//! What the tests of render and serve share: a site, a phone, golden files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use model::credential::SecretRef;
use model::ids::MacAddress;
use model::secret::Secret;
use model::site::{LineSpec, PbxSpec, PhoneSpec, Setting, SipTransport, Site, VlanRole, VlanSpec};

/// The expected text in a file of the project; `VOICEPORT_BLESS=1` writes it instead of comparing.
pub fn assert_golden(path: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("VOICEPORT_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, actual).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_else(|cause| panic!("{}: {cause}", path.display()));
    assert_eq!(actual, expected, "{} differs; VOICEPORT_BLESS=1 rewrites it", path.display());
}

/// A phone with one line, extension 101.
pub fn phone(mac: &str, model: &str) -> PhoneSpec {
    let line = LineSpec {
        extension: "101".into(),
        name: Some("Front desk".into()),
        user: "101".into(),
        secret: SecretRef::Literal(Secret::new("s3cr&t<1>")),
    };
    PhoneSpec {
        mac: mac.parse::<MacAddress>().unwrap(),
        model: model.parse().unwrap(),
        at: None,
        address: None,
        lines: vec![line],
        poe_priority: None,
        poe_limit: None,
        settings: BTreeMap::new(),
    }
}

/// A site with a voice and a data VLAN, a telephone system, and these phones.
pub fn site(phones: Vec<PhoneSpec>) -> Site {
    let vlan = |id: u64, role, dscp: Option<u64>| VlanSpec {
        id: id.try_into().unwrap(),
        role,
        priority: None,
        dscp: dscp.map(|dscp| dscp.try_into().unwrap()),
    };
    Site {
        name: "hq".into(),
        time_zone: Some("Europe/Berlin".into()),
        country: Some("DE".into()),
        defaults: BTreeMap::from([("ntp_server".into(), Setting::Text("192.0.2.123".into()))]),
        vlans: BTreeMap::from([
            ("data".into(), vlan(10, VlanRole::Data, None)),
            ("voice".into(), vlan(20, VlanRole::Voice, Some(46))),
        ]),
        phones,
        pbx: Some(PbxSpec { address: "pbx.example.net".into(), port: None, transport: SipTransport::Tls }),
        ..Site::default()
    }
}

/// Gives literal secrets; refuses everything else.
pub fn literal_secret(reference: &SecretRef) -> Result<Secret, String> {
    match reference {
        SecretRef::Literal(secret) => Ok(secret.clone()),
        other => Err(format!("{other:?} is not a literal")),
    }
}

/// Every file under a folder, as paths relative to it with `/`.
pub fn files_under(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    found
}
