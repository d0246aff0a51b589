//! Rows that outlive the frame they were decoded from: every borrowed text becomes the row's own. Pure.

use std::borrow::Cow;

use super::identifier::Identifier;
use super::identifier::Octets;
use super::neighbour::Cdp;
use super::neighbour::CivicElement;
use super::neighbour::Dot1;
use super::neighbour::Med;
use super::neighbour::MedInventory;
use super::neighbour::MedLocation;
use super::neighbour::Neighbour;
use super::neighbour::OtherTlv;
use super::neighbour::PhoneIdentity;
use super::neighbour::Text;
use super::neighbour::TypedId;
use super::neighbour::VlanName;

/// Makes a copy that outlives the frame it was borrowed from.
trait Own {
    type Owned;
    fn own(self) -> Self::Owned;
}

impl Own for Text<'_> {
    type Owned = Text<'static>;
    fn own(self) -> Text<'static> {
        Cow::Owned(self.into_owned())
    }
}

impl Own for Octets<'_> {
    type Owned = Octets<'static>;
    fn own(self) -> Octets<'static> {
        self.into_owned()
    }
}

impl Own for Identifier<'_> {
    type Owned = Identifier<'static>;
    fn own(self) -> Identifier<'static> {
        self.into_owned()
    }
}

impl<T: Own> Own for Option<T> {
    type Owned = Option<T::Owned>;
    fn own(self) -> Option<T::Owned> {
        self.map(Own::own)
    }
}

impl<T: Own> Own for Vec<T> {
    type Owned = Vec<T::Owned>;
    fn own(self) -> Vec<T::Owned> {
        self.into_iter().map(Own::own).collect()
    }
}

/// `own!(Type { fields that borrow } keeps { fields that do not })`.
macro_rules! own {
    ($type:ident { $($borrows:ident),* } keeps { $($keeps:ident),* }) => {
        impl Own for $type<'_> {
            type Owned = $type<'static>;
            fn own(self) -> $type<'static> {
                $type { $($borrows: self.$borrows.own(),)* $($keeps: self.$keeps,)* }
            }
        }
    };
}

own!(TypedId { value } keeps { subtype });
own!(Neighbour {
    interface, chassis_id, port_id, port_description, system_name, system_description, management_addresses, med, dot1, cdp, other_tlvs,
    phone
} keeps {
    source, frame, switch, port, seen_at, vlan, tags, protocol, ttl_s, capabilities, capabilities_enabled, mac, dot3, poe, anomalies
});
own!(Med { locations, inventory } keeps { capabilities, device_class, policies, power });
own!(CivicElement { value } keeps { kind });
own!(MedInventory { hardware, firmware, software, serial, manufacturer, model, asset } keeps {});
own!(Dot1 { vlan_names, protocol_identities } keeps { port_vlan, protocol_vlans, management_vlan, link_aggregation });
own!(VlanName { name } keeps { vlan });
own!(Cdp { device_id, platform, software, vtp_domain, location } keeps {
    version, native_vlan, voice_vlan, voice_vlan_query, duplex, power_consumption_mw, power_requested_mw, power_available_mw,
    trusts_phone, untrusted_cos
});
own!(OtherTlv { oui, value } keeps { kind, subtype });
own!(PhoneIdentity { vendor, model, firmware, evidence } keeps { confidence });

impl Own for MedLocation<'_> {
    type Owned = MedLocation<'static>;
    fn own(self) -> MedLocation<'static> {
        match self {
            Self::Coordinate { latitude_deg, longitude_deg, altitude, altitude_unit, datum } => {
                MedLocation::Coordinate { latitude_deg, longitude_deg, altitude, altitude_unit, datum }
            }
            Self::Civic { of, country, elements } => MedLocation::Civic { of, country: country.own(), elements: elements.own() },
            Self::Elin { number } => MedLocation::Elin { number: number.own() },
            Self::Other { number, value } => MedLocation::Other { number, value: value.own() },
        }
    }
}

impl Neighbour<'_> {
    /// The row with texts of its own.
    #[must_use]
    pub fn into_owned(self) -> Neighbour<'static> {
        self.own()
    }
}

impl PhoneIdentity<'_> {
    /// The identity with texts of its own.
    #[must_use]
    pub fn into_owned(self) -> PhoneIdentity<'static> {
        self.own()
    }
}
