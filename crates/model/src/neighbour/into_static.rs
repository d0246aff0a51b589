//! Rows that outlive the frame they were decoded from: every borrowed text is copied. Pure.

use std::borrow::Cow;

use super::cdp::Cdp;
use super::dot1::{Dot1, VlanName};
use super::med::{CivicElement, Med, MedInventory, MedLocation};
use super::phone::PhoneIdentity;
use super::row::{Neighbour, OtherTlv};
use crate::hex::{HexBytes, Text};
use crate::identifier::{Identifier, TypedId};

/// Makes a copy that outlives the frame it was borrowed from.
trait IntoStatic {
    type Static;
    fn into_static(self) -> Self::Static;
}

impl IntoStatic for Text<'_> {
    type Static = Text<'static>;
    fn into_static(self) -> Text<'static> {
        Cow::Owned(self.into_owned())
    }
}

impl IntoStatic for HexBytes<'_> {
    type Static = HexBytes<'static>;
    fn into_static(self) -> HexBytes<'static> {
        self.into_owned()
    }
}

impl IntoStatic for Identifier<'_> {
    type Static = Identifier<'static>;
    fn into_static(self) -> Identifier<'static> {
        self.into_owned()
    }
}

impl<T: IntoStatic> IntoStatic for Option<T> {
    type Static = Option<T::Static>;
    fn into_static(self) -> Option<T::Static> {
        self.map(IntoStatic::into_static)
    }
}

impl<T: IntoStatic> IntoStatic for Vec<T> {
    type Static = Vec<T::Static>;
    fn into_static(self) -> Vec<T::Static> {
        self.into_iter().map(IntoStatic::into_static).collect()
    }
}

/// `into_static!(Type { fields that borrow } keeps { fields that do not })`.
macro_rules! into_static {
    ($type:ident { $($borrows:ident),* } keeps { $($keeps:ident),* }) => {
        impl IntoStatic for $type<'_> {
            type Static = $type<'static>;
            fn into_static(self) -> $type<'static> {
                $type { $($borrows: self.$borrows.into_static(),)* $($keeps: self.$keeps,)* }
            }
        }
    };
}

into_static!(TypedId { value } keeps { subtype });
into_static!(Neighbour {
    interface, chassis_id, port_id, port_description, system_name, system_description, management_addresses, med, dot1, cdp, other_tlvs,
    phone
} keeps {
    source, frame, switch, port, seen_at, vlan, tags, protocol, ttl_s, capabilities, capabilities_enabled, mac, dot3, poe, anomalies
});
into_static!(Med { locations, inventory } keeps { capabilities, device_class, policies, power });
into_static!(CivicElement { value } keeps { kind });
into_static!(MedInventory { hardware, firmware, software, serial, manufacturer, model, asset } keeps {});
into_static!(Dot1 { vlan_names, protocol_identities } keeps { port_vlan, protocol_vlans, management_vlan, link_aggregation });
into_static!(VlanName { name } keeps { vlan });
into_static!(Cdp { device_id, platform, software, vtp_domain, prefixes, location } keeps {
    version, default_gateway, native_vlan, voice_vlan, voice_vlan_query, duplex, power_consumption_mw, power_requested_mw, power_available_mw,
    trusts_phone, untrusted_cos
});
into_static!(OtherTlv { oui, value } keeps { kind, subtype });
into_static!(PhoneIdentity { vendor, model, firmware, evidence } keeps { confidence });

impl IntoStatic for MedLocation<'_> {
    type Static = MedLocation<'static>;
    fn into_static(self) -> MedLocation<'static> {
        match self {
            Self::Coordinate { latitude_deg, longitude_deg, altitude, altitude_unit, datum } => {
                MedLocation::Coordinate { latitude_deg, longitude_deg, altitude, altitude_unit, datum }
            }
            Self::Civic { of, country, elements } => {
                MedLocation::Civic { of, country: country.into_static(), elements: elements.into_static() }
            }
            Self::Elin { number } => MedLocation::Elin { number: number.into_static() },
            Self::Other { number, value } => MedLocation::Other { number, value: value.into_static() },
        }
    }
}

impl Neighbour<'_> {
    /// The row, no longer borrowed from a frame.
    #[must_use]
    pub fn into_owned(self) -> Neighbour<'static> {
        self.into_static()
    }
}

impl PhoneIdentity<'_> {
    /// The identity, no longer borrowed from a frame or a catalogue.
    #[must_use]
    pub fn into_owned(self) -> PhoneIdentity<'static> {
        self.into_static()
    }
}
