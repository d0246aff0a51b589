//! LLDP and LLDP-MED code points that frames and MIBs share (802.1AB-2016, TIA-1057, 802.3). Pure.
//!
//! Each is an enum that keeps reserved numbers and serialises to a word; a reserved number N of an application type is `type_N`.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

/// An enum whose values are words: `Name { Variant = "word", … }`. With `; Other = "prefix"` it keeps reserved numbers, and functions
/// follow that read a number by a table of a standard.
macro_rules! code_points {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "the words are the standard's own")]
        pub enum $name { $($variant),+ }

        impl $name {
            /// Its word in documents.
            #[must_use]
            #[inline]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({"type": "string", "enum": [$($word),+]})
            }
        }
    };
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal),+ ; Other = $prefix:literal }
        $($(#[$of_doc:meta])* $of:ident { $($number:literal => $meaning:ident),+ $(,)? })+) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "the words are the standard's own")]
        pub enum $name {
            $($variant,)+
            Other(u8),
        }

        impl $name {
            $(
                $(#[$of_doc])*
                #[must_use]
                pub const fn $of(number: u8) -> Self {
                    match number {
                        $($number => Self::$meaning,)+
                        other => Self::Other(other),
                    }
                }
            )+

            /// Its word in documents.
            #[must_use]
            #[inline]
            pub fn word(self) -> Cow<'static, str> {
                Cow::Borrowed(match self {
                    $(Self::$variant => $word,)+
                    Self::Other(number) => return Cow::Owned(format!(concat!($prefix, "_{}"), number)),
                })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.word())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.word())
            }
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let pattern = concat!("^(", $($word, "|",)+ $prefix, "_[0-9]+)$");
                schemars::json_schema!({"type": "string", "pattern": pattern})
            }
        }
    };
}

code_points! {
    /// What a chassis or port identifier is (802.1AB tables 8-2 and 8-3); unknown where who told it has no word for it.
    IdSubtype {
        ChassisComponent = "chassis_component",
        InterfaceAlias = "interface_alias",
        PortComponent = "port_component",
        MacAddress = "mac_address",
        NetworkAddress = "network_address",
        InterfaceName = "interface_name",
        AgentCircuitId = "agent_circuit_id",
        Local = "local",
        Unknown = "unknown"
        ; Other = "subtype"
    }
    /// Of a chassis ID (§8.5.2.2).
    of_chassis {
        1 => ChassisComponent,
        2 => InterfaceAlias,
        3 => PortComponent,
        4 => MacAddress,
        5 => NetworkAddress,
        6 => InterfaceName,
        7 => Local,
    }
    /// Of a port ID (§8.5.3.2).
    of_port {
        1 => InterfaceAlias,
        2 => PortComponent,
        3 => MacAddress,
        4 => NetworkAddress,
        5 => InterfaceName,
        6 => AgentCircuitId,
        7 => Local,
    }
}

code_points! {
    /// LLDP-MED device class (TIA-1057 §10.2.2.2; lldpXMedRemDeviceClass). Class 3 are communication devices: phones.
    MedDeviceClass {
        NotDefined = "not_defined",
        Endpoint1 = "endpoint_class_1",
        Endpoint2 = "endpoint_class_2",
        Endpoint3 = "endpoint_class_3",
        NetworkConnectivity = "network_connectivity"
        ; Other = "type"
    }
    /// Of the TLV's number.
    of { 0 => NotDefined, 1 => Endpoint1, 2 => Endpoint2, 3 => Endpoint3, 4 => NetworkConnectivity }
}

code_points! {
    /// LLDP-MED application type (TIA-1057 §10.2.3.1).
    MedApplication {
        Voice = "voice",
        VoiceSignaling = "voice_signaling",
        GuestVoice = "guest_voice",
        GuestVoiceSignaling = "guest_voice_signaling",
        SoftphoneVoice = "softphone_voice",
        VideoConferencing = "video_conferencing",
        StreamingVideo = "streaming_video",
        VideoSignaling = "video_signaling"
        ; Other = "type"
    }
    /// Of the TLV's number.
    of {
        1 => Voice,
        2 => VoiceSignaling,
        3 => GuestVoice,
        4 => GuestVoiceSignaling,
        5 => SoftphoneVoice,
        6 => VideoConferencing,
        7 => StreamingVideo,
        8 => VideoSignaling,
    }
}

code_points! {
    /// Which end of the cable a device is: it powers, or is powered.
    PowerEnd { Pse = "pse", Pd = "pd" ; Other = "type" }
    /// LLDP-MED power type (TIA-1057 §10.2.5.1).
    of { 0 => Pse, 1 => Pd }
}

code_points! {
    /// Where the power of a PSE or PD comes from (TIA-1057 §10.2.5.2, 802.3 79.3.2.4.2).
    PowerSource {
        Unknown = "unknown",
        Primary = "primary",
        Backup = "backup",
        Pse = "pse",
        Local = "local",
        PseAndLocal = "pse_and_local"
        ; Other = "source"
    }
    /// Of a PSE.
    of_pse { 0 => Unknown, 1 => Primary, 2 => Backup }
    /// Of a PD.
    of_pd { 0 => Unknown, 1 => Pse, 2 => Local, 3 => PseAndLocal }
}

code_points! {
    /// How important it is that a device stays powered (TIA-1057 §10.2.5.3, 802.3 79.3.2.4.3).
    PowerPriority { Unknown = "unknown", Critical = "critical", High = "high", Low = "low" ; Other = "priority" }
    /// Of the TLV's number.
    of { 0 => Unknown, 1 => Critical, 2 => High, 3 => Low }
}

code_points! {
    /// Pairs that carry power (802.3 79.3.2.2; pethPsePortPowerPairs).
    PowerPairs { Signal = "signal", Spare = "spare" ; Other = "pairs" }
    /// Of the TLV's number.
    of { 1 => Signal, 2 => Spare }
}

code_points! {
    /// Unit of a location's altitude (RFC 6225 §2.4).
    AltitudeUnit { Unknown = "unknown", Metres = "metres", Floors = "floors" ; Other = "type" }
    /// Of the altitude type.
    of { 1 => Metres, 2 => Floors }
}

code_points! {
    /// What a location's coordinates refer to (RFC 6225 §2.5).
    Datum { Unknown = "unknown", Wgs84 = "wgs84", Nad83Navd88 = "nad83_navd88", Nad83Mllw = "nad83_mllw" ; Other = "type" }
    /// Of the datum's number.
    of { 1 => Wgs84, 2 => Nad83Navd88, 3 => Nad83Mllw }
}

code_points! {
    /// Whose location a civic address is (RFC 4776 §3.1).
    CivicSubject {
        Unknown = "unknown",
        DhcpServer = "dhcp_server",
        NetworkElement = "network_element",
        Client = "client"
        ; Other = "type"
    }
    /// Of the field `what`.
    of { 0 => DhcpServer, 1 => NetworkElement, 2 => Client }
}

code_points! {
    /// How an 802.3bt PSE powers (table 79-6c).
    BtPseStatus {
        TwoPair = "two_pair",
        FourPairSingleSignature = "four_pair_single_signature",
        FourPairDualSignature = "four_pair_dual_signature",
    }
}

code_points! {
    /// How an 802.3bt PD is powered (table 79-6d).
    BtPdStatus {
        SingleSignature = "single_signature",
        TwoPairDualSignature = "two_pair_dual_signature",
        FourPairDualSignature = "four_pair_dual_signature",
    }
}

code_points! {
    /// Pairs that carry power in 802.3bt (table 79-6e).
    BtPairs { AlternativeA = "alternative_a", AlternativeB = "alternative_b", Both = "both" }
}

code_points! {
    /// Type of an 802.3bt PSE or PD (79.3.2.8.1).
    BtType {
        Type3Pse = "type_3_pse",
        Type4Pse = "type_4_pse",
        Type3SingleSignaturePd = "type_3_single_signature_pd",
        Type3DualSignaturePd = "type_3_dual_signature_pd",
        Type4SingleSignaturePd = "type_4_single_signature_pd",
        Type4DualSignaturePd = "type_4_dual_signature_pd",
    }
}

/// Duplex mode of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are the standard's own")]
pub enum Duplex {
    Half,
    Full,
}

/// Type of a PSE or PD (802.3 79.3.2.4.1): `type_1_pse`, `type_2_pd`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PoeType {
    pub number: u8,
    /// Which end of the cable it is.
    pub end: PowerEnd,
}

impl fmt::Display for PoeType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "type_{}_{}", self.number, self.end)
    }
}

impl Serialize for PoeType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.number, self.end) {
            // nearly every row that has one has one of these
            (1, PowerEnd::Pse) => serializer.serialize_str("type_1_pse"),
            (1, PowerEnd::Pd) => serializer.serialize_str("type_1_pd"),
            (2, PowerEnd::Pse) => serializer.serialize_str("type_2_pse"),
            (2, PowerEnd::Pd) => serializer.serialize_str("type_2_pd"),
            _ => serializer.collect_str(self),
        }
    }
}

impl JsonSchema for PoeType {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "PoeType".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "pattern": "^type_[0-9]+_(pse|pd)$"})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_numbers_are_kept_in_their_words() {
        let json = |value: &dyn erased::Json| value.json();
        assert_eq!(json(&IdSubtype::of_port(9)), "\"subtype_9\"");
        assert_eq!(json(&MedApplication::of(200)), "\"type_200\"");
        assert_eq!(json(&PowerSource::of_pse(3)), "\"source_3\"");
        assert_eq!(json(&PoeType { number: 3, end: PowerEnd::Pd }), "\"type_3_pd\"");
        assert_eq!(json(&PoeType { number: 2, end: PowerEnd::Pse }), format!("\"{}\"", PoeType { number: 2, end: PowerEnd::Pse }));
    }

    #[test]
    fn one_number_means_two_things_in_chassis_and_port() {
        assert_eq!(IdSubtype::of_chassis(4), IdSubtype::MacAddress);
        assert_eq!((IdSubtype::of_port(3), IdSubtype::of_port(4)), (IdSubtype::MacAddress, IdSubtype::NetworkAddress));
    }

    mod erased {
        pub trait Json {
            fn json(&self) -> String;
        }
        impl<T: serde::Serialize> Json for T {
            fn json(&self) -> String {
                serde_json::to_string(self).unwrap()
            }
        }
    }
}
