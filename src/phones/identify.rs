//! Which phone a neighbour is, by the catalogue's names. Pure.
//!
//! The sources, best first: LLDP-MED inventory, CDP platform, LLDP system description and name, the OUI of the MAC address. An OUI tells
//! the vendor at best, never the model.

use std::cmp::Reverse;
use std::ops::ControlFlow;

use super::catalogue::{Catalogue, MacPrefix, Vendor};
use super::firmware;
use super::names::{Hit, Meaning, Names, part};
use model::capabilities::Capabilities;
use model::code_points::MedDeviceClass;
use model::ids::MacAddress;
use model::neighbour::{Anomaly, Confidence, Neighbour, PhoneIdentity, Text};

/// Shortest model name that names a model by itself; `300` or `T46` need the vendor's word or OUI beside them.
const DISTINCTIVE: usize = 4;
/// Names kept of one row: more than any real device says.
const HITS: usize = 16;
/// Buckets that OUIs are spread over.
const BUCKETS: usize = 256;
/// Most bytes of a text that are shown as evidence.
const EVIDENCE: usize = 64;

/// The catalogue, made ready once to name many neighbours.
///
/// ```
/// use voiceport::phones::Recogniser;
/// use model::neighbour::{Neighbour, Protocol, Source};
/// let recogniser = Recogniser::new(&voiceport::phones::builtin().unwrap());
/// let mut row = Neighbour::new(Source::Pcap, Protocol::Lldp);
/// row.system_description = Some("Polycom;VVX-VVX_411;3111-48450-001,1;SIP/6.4.7.4560".into());
/// let phone = recogniser.identify(&row).unwrap();
/// assert_eq!((&*phone.vendor, phone.model.as_deref(), phone.firmware.as_deref()), ("poly", Some("VVX 411"), Some("6.4.7.4560")));
/// ```
#[derive(Debug)]
pub struct Recogniser {
    vendors: Vec<Known>,
    names: Names,
    /// The longest first, by what `bucket` makes of an OUI.
    prefixes: Vec<Vec<Prefix>>,
}

#[derive(Debug)]
struct Known {
    key: String,
    title: String,
    models: Vec<String>,
}

/// How a vendor's MAC addresses begin.
#[derive(Debug)]
struct Prefix {
    begins: MacPrefix,
    vendor: u16,
    shared: bool,
    printed: String,
}

impl Recogniser {
    /// Makes a catalogue ready.
    #[must_use]
    pub fn new(catalogue: &Catalogue) -> Self {
        let titles = |vendor: &Vendor| -> Vec<String> { models(vendor).map(|(title, _)| title.to_owned()).collect() };
        let known =
            |(key, vendor): (&String, &Vendor)| Known { key: key.clone(), title: vendor.title.clone(), models: titles(vendor) };
        let meanings: Vec<(&str, Meaning)> =
            numbered(catalogue.vendors.values()).flat_map(|(number, vendor)| meanings(number, vendor)).collect();
        Self { vendors: catalogue.vendors.iter().map(known).collect(), names: Names::new(&meanings), prefixes: prefixes(catalogue) }
    }

    /// Which phone this is; `None` when nothing says that it is one.
    ///
    /// 1. For each source in turn: the model named in it, of a vendor that the row names or that the OUI was seen on; a distinctive
    ///    name is enough of something that says that it is a telephone. The longest name wins. A name or description of something that
    ///    says it forwards or is a mere station, and not that it is a telephone, is no such source: switches speak of phones too.
    /// 2. Else, when the neighbour says that it is a telephone: the vendor that it names, with the inventory's model as sent.
    /// 3. Else, when it says that it is a telephone and sends an LLDP-MED inventory: the manufacturer and the model as sent.
    /// 4. Else, unless it says that it is something else: the vendor that the OUI was seen on.
    #[must_use]
    pub fn identify<'a>(&'a self, neighbour: &Neighbour<'a>) -> Option<PhoneIdentity<'a>> {
        let facts = Facts::gather(self, neighbour);
        facts.phone(facts.best_model())
    }

    /// Where the sources of one neighbour contradict the best of them.
    #[must_use]
    pub fn contradictions(&self, neighbour: &Neighbour<'_>) -> Vec<Anomaly> {
        let facts = Facts::gather(self, neighbour);
        facts.contradictions(facts.best_model())
    }

    /// Sets the neighbour's phone, and notes contradictions among its anomalies.
    pub fn name<'a>(&'a self, neighbour: &mut Neighbour<'a>) {
        let facts = Facts::gather(self, neighbour);
        let best = facts.best_model();
        let (phone, contradictions) = (facts.phone(best), facts.contradictions(best));
        neighbour.phone = phone;
        neighbour.anomalies.extend(contradictions);
    }

    /// The same for a row that has its own texts.
    pub fn name_owned(&self, neighbour: &mut Neighbour<'static>) {
        neighbour.anomalies.extend(self.contradictions(neighbour));
        neighbour.phone = self.identify(neighbour).map(PhoneIdentity::into_owned);
    }

    /// Whether the address begins like those of phones.
    #[must_use]
    pub fn knows(&self, mac: MacAddress) -> bool {
        self.owners(Some(mac)).next().is_some()
    }

    /// The vendors that a MAC address may be of, those with the longest prefix first.
    fn owners(&self, mac: Option<MacAddress>) -> impl Iterator<Item = &Prefix> {
        let bucket = mac.and_then(|mac| self.prefixes.get(bucket(mac.oui())));
        bucket.into_iter().flatten().filter(move |prefix| mac.is_some_and(|mac| prefix.begins.begins(mac)))
    }

    fn vendor(&self, number: u16) -> Option<&Known> {
        self.vendors.get(usize::from(number))
    }
}

/// Every model's title and other names.
fn models(vendor: &Vendor) -> impl Iterator<Item = (&str, &[String])> {
    let rendered = vendor.models.values().map(|model| (model.title.as_str(), model.names.as_slice()));
    rendered.chain(vendor.identified.iter().map(|model| (model.title.as_str(), model.names.as_slice())))
}

fn meanings(number: u16, vendor: &Vendor) -> Vec<(&str, Meaning)> {
    let word = Meaning { vendor: number, model: None, distinctive: false };
    let mut all: Vec<_> = vendor.words.iter().map(|text| (text.as_str(), word)).collect();
    for (index, (title, names)) in numbered(models(vendor)) {
        for name in std::iter::once(title).chain(names.iter().map(String::as_str)) {
            let distinctive = name.len() >= DISTINCTIVE && name.chars().any(char::is_alphabetic);
            all.push((name, Meaning { vendor: number, model: Some(index), distinctive }));
        }
    }
    all
}

fn numbered<T>(items: impl Iterator<Item = T>) -> impl Iterator<Item = (u16, T)> {
    (0..=u16::MAX).zip(items)
}

/// Prefixes by bucket, the longest first.
fn prefixes(catalogue: &Catalogue) -> Vec<Vec<Prefix>> {
    let mut all: Vec<Vec<Prefix>> = std::iter::repeat_with(Vec::new).take(BUCKETS).collect();
    for (number, vendor) in numbered(catalogue.vendors.values()) {
        let own = vendor.ouis.iter().map(|begins| (begins, false));
        for (begins, shared) in own.chain(vendor.shared_ouis.iter().map(|begins| (begins, true))) {
            let printed: Vec<String> = begins.0.iter().map(|byte| format!("{byte:02x}")).collect();
            let prefix = Prefix { begins: begins.clone(), vendor: number, shared, printed: printed.join(":") };
            if let Some(bucket) = begins.0.first_chunk().and_then(|oui| all.get_mut(bucket(*oui))) {
                bucket.push(prefix);
            }
        }
    }
    for bucket in &mut all {
        bucket.sort_by_key(|prefix| Reverse(prefix.begins.0.len()));
    }
    all
}

fn bucket([first, second, third]: [u8; 3]) -> usize {
    usize::from(first ^ second ^ third)
}

/// What a neighbour says about being a telephone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Claim {
    /// It says that it is one.
    Telephone,
    /// It says that it is something else.
    Contrary,
    Silent,
}

impl Claim {
    fn of(neighbour: &Neighbour<'_>) -> Self {
        let class = neighbour.med.as_ref().and_then(|med| med.device_class);
        let any = |lldp: u16, cdp: u32| {
            [neighbour.capabilities_enabled, neighbour.capabilities].into_iter().flatten().any(|capabilities| match capabilities {
                Capabilities::Lldp(bits) => bits & lldp != 0,
                Capabilities::Cdp(bits) => bits & cdp != 0,
                Capabilities::Med(_) => false,
            })
        };
        // telephone
        if class == Some(MedDeviceClass::Endpoint3) || any(1 << 5, 1 << 7) || is_named_as_phone(neighbour) {
            Self::Telephone
        // LLDP: repeater, bridge, access point, router, cable device, station only. CDP: router, bridge, source-route bridge, switch,
        // repeater; its `host` is no contradiction: some phones announce nothing else
        } else if class == Some(MedDeviceClass::NetworkConnectivity) || any(0b1101_1110, 0b100_1111) {
            Self::Contrary
        } else {
            Self::Silent
        }
    }
}

/// Whether it has the name that a call manager gives to telephones and to conference devices: `SEP` or `SIP` and its MAC address.
fn is_named_as_phone(neighbour: &Neighbour<'_>) -> bool {
    let device_id = neighbour.cdp.as_ref().and_then(|cdp| cdp.device_id.as_deref());
    device_id.into_iter().chain(neighbour.system_name.as_deref()).any(|name| {
        let host = name.split_once('.').map_or(name, |(host, _)| host);
        let digits = host.strip_prefix("SEP").or_else(|| host.strip_prefix("SIP"));
        digits.is_some_and(|digits| digits.len() == 12 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
    })
}

/// A text that may name a phone, best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
enum Field {
    #[default]
    Model,
    Platform,
    Description,
    Name,
    /// Of the LLDP-MED inventory; names no model.
    Manufacturer,
}

impl Field {
    /// Those that name models.
    const OF_MODELS: [Self; 4] = [Self::Model, Self::Platform, Self::Description, Self::Name];
    /// In the order of reading: who names the vendor first saves reading on.
    const ALL: [Self; 5] = [Self::Manufacturer, Self::Model, Self::Platform, Self::Description, Self::Name];

    fn text<'n, 'a>(self, neighbour: &'n Neighbour<'a>) -> Option<&'n Text<'a>> {
        let inventory = || neighbour.med.as_ref()?.inventory.as_ref();
        match self {
            Self::Model => inventory()?.model.as_ref(),
            Self::Manufacturer => inventory()?.manufacturer.as_ref(),
            Self::Platform => neighbour.cdp.as_ref()?.platform.as_ref(),
            Self::Description => neighbour.system_description.as_ref(),
            Self::Name => neighbour.system_name.as_ref(),
        }
    }

    const fn confidence(self) -> Confidence {
        match self {
            Self::Model | Self::Manufacturer => Confidence::InventoryTlv,
            Self::Platform => Confidence::CdpPlatform,
            Self::Description | Self::Name => Confidence::SystemDescription,
        }
    }

    const fn shown(self) -> &'static str {
        match self {
            Self::Model | Self::Manufacturer => "lldp-med inventory",
            Self::Platform => "cdp platform",
            Self::Description => "lldp system description",
            Self::Name => "lldp system name",
        }
    }
}

/// All that a row says about which phone it is.
struct Facts<'i, 'n, 'a> {
    recogniser: &'i Recogniser,
    neighbour: &'n Neighbour<'a>,
    claim: Claim,
    hits: Hits,
}

/// The names found in a row's texts, in the order of the fields.
#[derive(Default)]
struct Hits {
    kept: [(Field, Hit); HITS],
    count: usize,
}

impl Hits {
    /// Keeps one, and says when the rest of its text has nothing to add: once its vendor is named, the first model named is it.
    fn keep(&mut self, field: Field, hit: Hit) -> ControlFlow<()> {
        let Some(free) = self.kept.get_mut(self.count) else { return ControlFlow::Break(()) };
        *free = (field, hit);
        self.count += 1;
        let enough = match hit.meaning.model {
            Some(_) => self.name(hit.meaning.vendor),
            None => field == Field::Manufacturer,
        };
        if enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn iter(&self) -> impl Iterator<Item = (Field, Hit)> {
        self.kept.iter().take(self.count).copied()
    }

    /// Whether a word of the vendor is among them.
    fn name(&self, vendor: u16) -> bool {
        self.iter().any(|(_, hit)| hit.meaning.model.is_none() && hit.meaning.vendor == vendor)
    }
}

impl<'i: 'a, 'a> Facts<'i, '_, 'a> {
    fn gather<'n>(recogniser: &'i Recogniser, neighbour: &'n Neighbour<'a>) -> Facts<'i, 'n, 'a> {
        let claim = Claim::of(neighbour);
        let mut hits = Hits::default();
        for field in Field::ALL {
            let disbelieved = claim == Claim::Contrary && field.confidence() == Confidence::SystemDescription;
            if let Some(text) = field.text(neighbour).filter(|_| !disbelieved) {
                recogniser.names.find(text, |hit| hits.keep(field, hit));
            }
        }
        Facts { recogniser, neighbour, claim, hits }
    }

    fn owners(&self) -> impl Iterator<Item = &'i Prefix> {
        self.recogniser.owners(self.neighbour.mac)
    }

    /// How far a model's name is believed: its vendor is named too, or its vendor's OUI seen, or it is one that only a phone has.
    fn trust(&self, hit: &Hit) -> Option<u8> {
        let vendor = hit.meaning.vendor;
        if self.hits.name(vendor) {
            Some(2)
        } else if self.owners().any(|prefix| prefix.vendor == vendor) {
            Some(1)
        } else {
            (hit.meaning.distinctive && self.claim == Claim::Telephone).then_some(0)
        }
    }

    /// The model that a field names.
    fn model_in(&self, field: Field) -> Option<Hit> {
        let mut best: Option<(u8, usize, Hit)> = None;
        for (_, hit) in self.hits.iter().filter(|(at, hit)| *at == field && hit.meaning.model.is_some()) {
            let Some(trust) = self.trust(&hit) else { continue };
            let length = hit.end() - hit.start();
            if best.is_none_or(|(known, longest, _)| (trust, length) > (known, longest)) {
                best = Some((trust, length, hit));
            }
        }
        best.map(|(.., hit)| hit)
    }

    fn best_model(&self) -> Option<(Field, Hit)> {
        Field::OF_MODELS.into_iter().find_map(|field| Some((field, self.model_in(field)?)))
    }

    fn phone(&self, best: Option<(Field, Hit)>) -> Option<PhoneIdentity<'a>> {
        best.and_then(|(field, hit)| self.by_model(field, hit))
            .or_else(|| self.by_vendor())
            .or_else(|| self.by_inventory())
            .or_else(|| self.by_oui())
    }

    fn by_model(&self, field: Field, hit: Hit) -> Option<PhoneIdentity<'a>> {
        let vendor = self.recogniser.vendor(hit.meaning.vendor)?;
        let model = vendor.models.get(usize::from(hit.meaning.model?))?;
        let after = (field == Field::Description).then_some(hit.end());
        Some(PhoneIdentity {
            vendor: Text::Borrowed(&vendor.key),
            model: Some(Text::Borrowed(model)),
            firmware: firmware::of(self.neighbour, after),
            confidence: field.confidence(),
            evidence: excerpt(field.text(self.neighbour)?, &hit),
        })
    }

    fn by_vendor(&self) -> Option<PhoneIdentity<'a>> {
        let (field, hit) =
            self.hits.iter().find(|(_, hit)| hit.meaning.model.is_none()).filter(|_| self.claim == Claim::Telephone)?;
        let model = Field::Model.text(self.neighbour).cloned();
        Some(PhoneIdentity {
            vendor: Text::Borrowed(&self.recogniser.vendor(hit.meaning.vendor)?.key),
            firmware: firmware::of(self.neighbour, Some(0)),
            confidence: if model.is_some() { Confidence::InventoryTlv } else { field.confidence() },
            model,
            evidence: excerpt(field.text(self.neighbour)?, &hit),
        })
    }

    /// A telephone of a vendor that the catalogue does not have: manufacturer and model as it sends them.
    fn by_inventory(&self) -> Option<PhoneIdentity<'a>> {
        let manufacturer = Field::Manufacturer.text(self.neighbour).filter(|_| self.claim == Claim::Telephone)?;
        Some(PhoneIdentity {
            vendor: manufacturer.clone(),
            model: Field::Model.text(self.neighbour).cloned(),
            firmware: firmware::of(self.neighbour, Some(0)),
            confidence: Confidence::InventoryTlv,
            evidence: part(manufacturer, 0, EVIDENCE),
        })
    }

    fn by_oui(&self) -> Option<PhoneIdentity<'a>> {
        let believed = self.claim != Claim::Contrary;
        let prefix = believed.then(|| self.owners().find(|prefix| !prefix.shared))??;
        Some(PhoneIdentity {
            vendor: Text::Borrowed(&self.recogniser.vendor(prefix.vendor)?.key),
            model: None,
            firmware: firmware::of(self.neighbour, Some(0)),
            confidence: Confidence::Oui,
            evidence: Text::Borrowed(&prefix.printed),
        })
    }

    fn contradictions(&self, best: Option<(Field, Hit)>) -> Vec<Anomaly> {
        let mut all = Vec::new();
        let Some((best, hit)) = best else { return all };
        let meant = |hit: &Hit| (hit.meaning.vendor, hit.meaning.model);
        let differs = |other: &Hit| other.meaning.model.is_some() && meant(other) != meant(&hit);
        let others = |field: &Field| *field > best && self.hits.iter().any(|(at, other)| at == *field && differs(&other));
        for field in Field::OF_MODELS.into_iter().filter(others) {
            if let Some(other) = self.model_in(field).filter(differs) {
                let (other, said) = (self.shown(&other), self.shown(&hit));
                all.push(Anomaly::PhoneConflict(format!("{} says {other}, {} says {said}", field.shown(), best.shown())));
            }
        }
        let mut owners = self.owners().peekable();
        if let Some(owner) = owners.peek().copied().filter(|_| owners.all(|prefix| prefix.vendor != hit.meaning.vendor)) {
            let title = self.recogniser.vendor(owner.vendor).map_or("", |vendor| vendor.title.as_str());
            let said = self.shown(&hit);
            let what = format!("mac address {} is of {title}, {} says {said}", owner.printed, best.shown());
            all.push(Anomaly::PhoneConflict(what));
        }
        all
    }

    fn shown(&self, hit: &Hit) -> String {
        let vendor = self.recogniser.vendor(hit.meaning.vendor);
        let model = hit.meaning.model.and_then(|model| vendor?.models.get(usize::from(model)));
        format!("{} {}", vendor.map_or("", |vendor| vendor.title.as_str()), model.map_or("", String::as_str))
    }
}

/// The text around a name, not too long.
fn excerpt<'a>(text: &Text<'a>, hit: &Hit) -> Text<'a> {
    let start = if hit.end() <= EVIDENCE { 0 } else { hit.start() };
    part(text, start, (start + EVIDENCE).max(hit.end()))
}

/// Where rows of one device contradict the best of them: LLDP names one phone, CDP another.
#[must_use]
pub fn conflicts(rows: &[&Neighbour<'_>]) -> Vec<Anomaly> {
    let said =
        |row: &Neighbour<'_>| row.phone.clone().filter(|phone| phone.confidence != Confidence::Oui).map(PhoneIdentity::into_owned);
    let mut phones: Vec<PhoneIdentity<'static>> = rows.iter().filter_map(|row| said(row)).collect();
    phones.sort_by_key(|phone| phone.confidence);
    let Some((best, others)) = phones.split_first() else { return Vec::new() };
    let differs = |other: &&PhoneIdentity<'_>| {
        other.vendor != best.vendor || (other.model.is_some() && best.model.is_some() && other.model != best.model)
    };
    let conflict = |other: &PhoneIdentity<'_>| Anomaly::PhoneConflict(format!("{}, {}", says(other), says(best)));
    let mut all: Vec<Anomaly> = others.iter().filter(differs).map(conflict).collect();
    all.dedup();
    all
}

fn says(phone: &PhoneIdentity<'_>) -> String {
    let source = match phone.confidence {
        Confidence::InventoryTlv => "lldp-med inventory",
        Confidence::CdpPlatform => "cdp platform",
        Confidence::SystemDescription => "lldp system description",
        Confidence::Oui => "mac address",
    };
    format!("{source} says {} {}", phone.vendor, phone.model.as_deref().unwrap_or("of no known model"))
}
