//! Tests of render.

use std::path::Path;

use model::credential::SecretRef;
use model::secret::Secret;
use model::site::Setting;
use voiceport::render::{Checker, Error, Layer, Renderer, ServingContext};

use crate::provisioning::{assert_golden, files_under, literal_secret, phone, site};
use crate::support::TempDir;

fn context() -> ServingContext {
    ServingContext { url: "http://192.0.2.1:8080/".into() }
}

/// MAC and model of one phone of every model there is.
fn one_of_each() -> Vec<(String, String)> {
    let renderer = Renderer::builtin().unwrap();
    let mut found = Vec::new();
    for (vendor, table) in &renderer.catalogue().vendors {
        for (number, model) in table.models.keys().enumerate() {
            let [a, b, c] = table.ouis[0].0[..] else { panic!("{vendor}: an OUI has three bytes") };
            let mac = format!("{a:02x}{b:02x}{c:02x}0000{:02x}", number + 1);
            found.push((mac, format!("{vendor}/{model}")));
        }
    }
    found
}

#[test]
fn every_model_makes_its_examples() {
    let renderer = Renderer::builtin().unwrap();
    for (mac, model) in one_of_each() {
        let mut phone = phone(&mac, &model);
        phone.settings.insert("admin_password".into(), Setting::Text("4711".into()));
        let site = site(vec![phone.clone()]);
        for file in renderer.files(&site, &phone, &literal_secret, &context()).unwrap() {
            let (vendor, model) = model.split_once('/').unwrap();
            assert_golden(&format!("templates/{vendor}/examples/{model}/{}", file.name), &file.content);
        }
    }
}

#[test]
fn rendering_twice_gives_the_same_bytes() {
    let renderer = Renderer::builtin().unwrap();
    let again = Renderer::builtin().unwrap();
    for (mac, model) in one_of_each() {
        let phone = phone(&mac, &model);
        let site = site(vec![phone.clone()]);
        let files = |renderer: &Renderer| renderer.files(&site, &phone, &literal_secret, &context()).unwrap();
        assert!(files(&renderer) == files(&again));
    }
}

#[test]
fn a_common_file_holds_nothing_of_a_phone_and_no_secret() {
    let renderer = Renderer::builtin().unwrap();
    for (mac, model) in one_of_each() {
        let mut phone = phone(&mac, &model);
        phone.settings.insert("ntp_server".into(), Setting::Text("203.0.113.9".into()));
        let mut site = site(vec![phone.clone()]);
        site.defaults.insert("admin_password".into(), Setting::Text("topsecret".into()));
        for file in renderer.files(&site, &phone, &literal_secret, &context()).unwrap() {
            let holds = |text: &str| file.content.contains(text);
            assert_eq!(holds("topsecret"), file.device, "{}", file.name);
            assert_eq!(holds("203.0.113.9"), file.device, "{}", file.name);
            assert!(file.device || !holds("101"), "{}", file.name);
        }
    }
}

#[test]
fn the_voice_vlan_is_left_to_lldp_and_lldp_stays_on() {
    let renderer = Renderer::builtin().unwrap();
    let phone = phone("001565123456", "yealink/t46s");
    let files = renderer.files(&site(vec![phone.clone()]), &phone, &literal_secret, &context()).unwrap();
    assert!(files[0].content.contains("static.network.lldp.enable = 1\n"));
    assert!(files.iter().all(|file| !file.content.contains("internet_port_vid")));
}

#[test]
fn a_setting_is_a_value_or_off_or_absent() {
    let renderer = Renderer::builtin().unwrap();
    let text = |voice_vlan: Option<Option<&str>>| {
        let mut phone = phone("001565123456", "yealink/t46s");
        if let Some(value) = voice_vlan {
            let value = value.map_or(Setting::Off, |text| Setting::Text(text.to_owned()));
            phone.settings.insert("voice_vlan".into(), value);
        }
        renderer.files(&site(vec![phone.clone()]), &phone, &literal_secret, &context()).unwrap()[1].content.clone()
    };
    assert!(text(Some(Some("20"))).contains("internet_port_enable = 1\nstatic.network.vlan.internet_port_vid = 20\n"));
    assert!(text(Some(None)).contains("internet_port_enable = 0\n"));
    assert!(!text(None).contains("internet_port"));
}

#[test]
fn lldp_cannot_be_switched_off_under_the_voice_vlan() {
    let renderer = Renderer::builtin().unwrap();
    let mut phone = phone("001565123456", "yealink/t46s");
    phone.settings.insert("lldp".into(), Setting::Text("off".into()));
    let error = renderer.files(&site(vec![phone.clone()]), &phone, &literal_secret, &context()).unwrap_err();
    assert!(error.to_string().contains("would leave its voice VLAN"), "{error}");
}

#[test]
fn mistakes_name_the_place_and_the_nearest_right_name() {
    let renderer = Renderer::builtin().unwrap();
    let error_of = |change: &dyn Fn(&mut model::site::PhoneSpec)| {
        let mut phone = phone("001565123456", "yealink/t46s");
        change(&mut phone);
        let error = renderer.files(&site(vec![phone.clone()]), &phone, &literal_secret, &context()).unwrap_err();
        (error.to_string(), error.hint().unwrap_or_default())
    };
    let (text, help) = error_of(&|phone| drop(phone.settings.insert("ntp_sever".into(), Setting::Text("x".into()))));
    assert_eq!(text, "phone 00:15:65:12:34:56: setting ntp_sever: neither a setting nor a parameter of these phones");
    assert_eq!(help, "did you mean ntp_server?");
    let (text, help) = error_of(&|phone| phone.model = "yealink/t46".parse().unwrap());
    assert_eq!(
        (text.as_str(), help.as_str()),
        ("phone 00:15:65:12:34:56: no templates for model yealink/t46", "did you mean yealink/t46s?")
    );
    let (text, _) = error_of(&|phone| phone.lines = vec![phone.lines[0].clone(); 17]);
    assert_eq!(text, "phone 00:15:65:12:34:56: 17 lines, but a T46S has 16");
    let (text, help) = error_of(&|phone| drop(phone.settings.insert("time_zone".into(), Setting::Text("Europe/Berlinn".into()))));
    assert!(text.ends_with("setting time_zone: `Europe/Berlinn` is not an IANA time zone"), "{text}");
    assert_eq!(help, "did you mean Europe/Berlin?");
}

#[test]
fn explain_tells_every_layer_and_no_secret() {
    let renderer = Renderer::builtin().unwrap();
    let mut phone = phone("001565123456", "yealink/t46s");
    phone.settings.insert("admin_password".into(), Setting::Text("topsecret".into()));
    phone.settings.insert("ldap.password".into(), Setting::Text("topsecret".into()));
    let explained = renderer.explain(&site(vec![phone.clone()]), &phone, &context()).unwrap();
    let of = |name: &str| {
        let found = explained.iter().find(|one| one.name == name).unwrap();
        (found.value.clone(), found.layer.clone())
    };
    assert_eq!(of("lldp"), ("on".into(), "built in".into()));
    assert_eq!(of("ntp_server"), ("192.0.2.123".into(), "defaults".into()));
    assert_eq!(of("rtp_dscp"), ("46".into(), "vlans.voice".into()));
    assert_eq!(of("pbx.port"), ("5061".into(), "pbx".into()));
    assert_eq!(of("model.lines"), ("16".into(), "model yealink/t46s".into()));
    assert_eq!(of("line.1.password"), ("***".into(), "phone 00:15:65:12:34:56".into()));
    assert!(explained.iter().all(|one| !one.value.contains("topsecret")));
}

#[test]
fn a_folder_replaces_one_template_and_is_checked() {
    let folder = TempDir::new();
    let own = |text: &str| {
        std::fs::create_dir_all(folder.path().join("yealink")).unwrap();
        std::fs::write(folder.path().join("yealink/common.j2"), text).unwrap();
    };
    let phone = phone("001565123456", "yealink/t46s");
    let first = |renderer: &Renderer| renderer.files(&site(vec![phone.clone()]), &phone, &literal_secret, &context());
    own("#!version:1.0.0.1\nlang.gui = {{ site.name }}\n");
    let files = first(&Renderer::from_folder(folder.path()).unwrap()).unwrap();
    assert_eq!(files[0].content, "#!version:1.0.0.1\nlang.gui = hq\n");
    own("#!version:1.0.0.1\nlang.gui2 = {{ site.name }}\n");
    let error = first(&Renderer::from_folder(folder.path()).unwrap()).unwrap_err().to_string();
    assert_eq!(error, "file y000000000066.cfg: line 2: unknown parameter lang.gui2, did you mean lang.gui?");
    own("{% if %}");
    let error = Renderer::from_folder(folder.path()).err().unwrap().to_string();
    assert!(error.starts_with("yealink/common.j2:1: "), "{error}");
}

#[test]
fn the_binary_holds_exactly_the_templates_of_the_folder() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let table = include_str!("../../src/phones/source.rs");
    let report = include_str!("../../src/output/html.rs");
    for path in files_under(&folder) {
        if path.starts_with("report/") {
            assert!(report.contains(&format!("templates/{path}\"")), "{path}");
            continue;
        }
        let is_template = !path.contains("/examples/");
        assert_eq!(table.contains(&format!("\"{path}\",")), is_template, "{path}");
    }
}

/// The file that tells a phone its time.
fn time_file(model: &str, zone: &str) -> Result<String, String> {
    let renderer = Renderer::builtin().unwrap();
    let mut phone = phone("001565123456", model);
    phone.settings.insert("time_zone".into(), Setting::Text(zone.into()));
    let files =
        renderer.files(&site(vec![phone.clone()]), &phone, &literal_secret, &context()).map_err(|error| error.to_string())?;
    Ok(files.into_iter().map(|file| file.content).collect())
}

#[test]
fn summer_time_is_told_in_each_vendors_form() {
    let yealink = time_file("yealink/t46s", "Australia/Lord_Howe").unwrap();
    let lines = ["time_zone = +10:30", "start_time = 10/1/7/2", "end_time = 4/1/7/2", "offset_time = 30"];
    for line in lines {
        assert!(yealink.contains(&format!("local_time.{line}\n")), "{yealink}");
    }
    let snom = time_file("snom/d785", "Pacific/Chatham").unwrap();
    assert!(snom.contains(">45900</utc_offset>") && snom.contains(">3600 09.05.07 02:45:00 04.01.07 03:45:00</dst>"), "{snom}");
    let grandstream = time_file("grandstream/gxp2170", "Africa/Cairo").unwrap();
    assert!(grandstream.contains("<P246>EET-2EEST-3,M4.5.5/00:00:00,M10.5.4/24:00:00</P246>"), "{grandstream}");
}

#[test]
fn a_moment_that_a_phones_form_cannot_say_is_refused() {
    let cases = [
        ("yealink/t46s", "Pacific/Chatham", "no whole hour of 0 to 23"),
        ("snom/d785", "Africa/Cairo", "changes at 24:00"),
        ("grandstream/gxp2170", "Asia/Jerusalem", "its summer time begins 26 hours after the start of a day"),
        ("grandstream/gxp2170", "America/Nuuk", "its summer time begins -1 hours"),
        ("yealink/t46s", "Asia/Gaza", "changes its clocks on other dates every year"),
    ];
    for (model, zone, words) in cases {
        let error = time_file(model, zone).unwrap_err();
        assert!(error.contains(words), "{model} {zone}: {error}");
    }
}

/// No zone passes the check and fails at a phone: each is told in the vendor's form, or refused under the name of the setting.
#[test]
fn every_time_zone_is_told_or_refused_as_a_setting() {
    let renderer = Renderer::builtin().unwrap();
    for model in ["yealink/t46s", "snom/d785", "grandstream/gxp2170"] {
        let phone = phone("001565123456", model);
        let mut refused = Vec::new();
        for zone in model::time_zone::names() {
            let mut site = site(vec![phone.clone()]);
            site.time_zone = Some(zone.to_owned());
            match renderer.files(&site, &phone, &literal_secret, &context()) {
                Ok(files) => {
                    let all: String = files.into_iter().map(|file| file.content).collect();
                    let told = ["local_time.time_zone = ", "<utc_offset perm", "<P246>"].iter().any(|words| all.contains(words));
                    assert!(told, "{model} {zone}");
                }
                Err(Error::Setting { layer: Layer::Site, name, .. }) if name == "time_zone" => refused.push(zone),
                Err(error) => panic!("{model} {zone}: {error}"),
            }
        }
        assert!(!refused.contains(&"Europe/Sofia") && refused.contains(&"America/Nuuk") && refused.len() < 40, "{refused:?}");
    }
}

#[test]
fn a_parameter_is_secret_because_its_list_says_so() {
    let renderer = Renderer::builtin().unwrap();
    let cases = [
        ("grandstream/gxp2170", &["P2", "P34", "P196", "P406", "P1361"][..], "P1359"),
        ("snom/d785", &["http_pass", "user_pass", "http_client_pass"], "http_user"),
        ("yealink/t46s", &["account.7.password", "static.network.802_1x.md5_password"], "ldap.user"),
    ];
    for (model, secret, open) in cases {
        let mut phone = phone("001565123456", model);
        for name in secret.iter().chain([&open]) {
            phone.settings.insert((*name).to_owned(), Setting::Text("hunter2".to_owned()));
        }
        let explained = renderer.explain(&site(vec![phone.clone()]), &phone, &context()).unwrap();
        let shown: Vec<_> = explained.iter().filter(|one| one.value.contains("hunter2")).map(|one| one.name.as_str()).collect();
        assert_eq!(shown, [open], "{model}");
        for name in secret {
            let one = explained.iter().find(|one| one.name == *name).unwrap();
            assert_eq!(one.value, "***", "{model}: {name}");
        }
    }
}

#[test]
fn a_parameter_may_be_a_reference_and_a_url_hides_its_login() {
    let renderer = Renderer::builtin().unwrap();
    let mut phone = phone("001565123456", "snom/d785");
    phone.settings.insert("http_pass".into(), Setting::Secret(SecretRef::Env("HTTP".to_owned())));
    phone.settings.insert("firmware_url".into(), Setting::Text("http://fw:FWPASS@192.0.2.5/x".into()));
    let secrets = |reference: &SecretRef| match reference {
        SecretRef::Env(name) if name == "HTTP" => Ok(Secret::new("fr0m-env")),
        other => literal_secret(other),
    };
    let site = site(vec![phone.clone()]);
    let files = renderer.files(&site, &phone, &secrets, &context()).unwrap();
    let holding: Vec<bool> = files.iter().map(|file| file.content.contains(">fr0m-env</http_pass>")).collect();
    assert_eq!(holding, files.iter().map(|file| file.device).collect::<Vec<_>>(), "in the phone's own file alone");
    assert!(files.iter().all(|file| file.device || !file.content.contains("FWPASS")));
    let explained = renderer.explain(&site, &phone, &context()).unwrap();
    let of = |name: &str| explained.iter().find(|one| one.name == name).unwrap().value.clone();
    assert_eq!((of("http_pass").as_str(), of("firmware_url").as_str()), ("***", "http://***@192.0.2.5/x"));
    let failed = renderer.files(&site, &phone, &|_| Err("gone".into()), &context()).unwrap_err().to_string();
    assert!(failed.starts_with("phone 00:15:65:12:34:56: "), "{failed}");
}

/// Which settings each vendor's templates do not write, and that what they leave out of a setting is said.
#[test]
fn a_setting_that_a_template_does_not_know_is_never_silent() {
    let renderer = Renderer::builtin().unwrap();
    let all = [
        ("admin_password", "x"),
        ("backup_server", "pbx2.example.net"),
        ("cdp", "off"),
        ("firmware_url", "http://192.0.2.1/"),
        ("language", "German"),
        ("lldp", "on"),
        ("ntp_server", "192.0.2.1"),
        ("ntp_server_2", "192.0.2.2"),
        ("outbound_proxy", "sbc.example.net"),
        ("pc_vlan", "10"),
        ("pnp", "on"),
        ("register_expiry_s", "120"),
        ("resync_minutes", "60"),
        ("rtp_dscp", "46"),
        ("sip_dscp", "24"),
        ("srtp", "required"),
        ("syslog_server", "192.0.2.3"),
        ("time_zone", "Europe/Sofia"),
        ("tone_country", "DE"),
        ("user_password", "x"),
        ("voice_priority", "5"),
        ("voice_vlan", "20"),
        ("voicemail_number", "*97"),
    ];
    let unused = |model: &str, lines: usize, settings: &[(&str, &str)]| {
        let mut phone = phone("001565123456", model);
        phone.lines = vec![phone.lines[0].clone(); lines];
        for (name, value) in settings {
            phone.settings.insert((*name).to_owned(), Setting::Text((*value).to_owned()));
        }
        let site = site(vec![phone.clone()]);
        let context = context();
        let (checked, errors) = Checker::new(&renderer, &site, &context).check(&phone, &literal_secret);
        assert!(errors.is_empty(), "{model}: {errors:?}");
        let own = checked.unwrap().unused.into_iter().filter(|setting| matches!(setting.layer, Layer::Phone(_)));
        own.map(|setting| (setting.name, setting.reason.is_some())).collect::<Vec<_>>()
    };
    let names = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), false)).collect::<Vec<_>>();
    assert_eq!(unused("yealink/t46s", 2, &all), names(&[]));
    assert_eq!(unused("snom/d785", 2, &all), names(&["cdp", "ntp_server_2", "pnp", "syslog_server"]));
    assert_eq!(unused("grandstream/gxp2170", 1, &all), names(&["firmware_url", "language", "tone_country"]));
    // a second line has no second server, minutes are whole
    let partly = [("backup_server", "pbx2.example.net"), ("register_expiry_s", "90")];
    let said = vec![("register_expiry_s".to_owned(), true), ("backup_server".to_owned(), true)];
    assert_eq!(unused("grandstream/gxp2170", 2, &partly), said);
    assert_eq!(unused("grandstream/gxp2170", 1, &[("register_expiry_s", "120")]), names(&[]));
    // explicitly off is written too, or not
    let mut phone = phone("001565123456", "snom/d785");
    phone.settings.insert("pnp".to_owned(), Setting::Off);
    let site = site(vec![phone.clone()]);
    let context = context();
    let (checked, _) = Checker::new(&renderer, &site, &context).check(&phone, &literal_secret);
    let told: Vec<String> = checked.unwrap().unused.iter().map(ToString::to_string).collect();
    assert_eq!(told, ["phone 00:15:65:12:34:56: setting pnp: not written: the template does not know it"]);
}
