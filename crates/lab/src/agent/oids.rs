//! Object identifiers of the simulated agents, without instances. Pure.

pub(crate) const SYSTEM: &[u32] = &[1, 3, 6, 1, 2, 1, 1];
/// snmpSet (RFC 3418).
pub(crate) const SNMP_SET: &[u32] = &[1, 3, 6, 1, 6, 3, 1, 1, 6];
pub(crate) const SYS_UP_TIME: &[u32] = &[1, 3, 6, 1, 2, 1, 1, 3, 0];
pub(crate) const IF_NUMBER: &[u32] = &[1, 3, 6, 1, 2, 1, 2, 1];
/// ifEntry (RFC 2863).
pub(crate) const IF_ENTRY: &[u32] = &[1, 3, 6, 1, 2, 1, 2, 2, 1];
pub(crate) const IF_X_ENTRY: &[u32] = &[1, 3, 6, 1, 2, 1, 31, 1, 1, 1];
/// dot1dBase (RFC 4188).
pub(crate) const DOT1D_BASE: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 1];
pub(crate) const DOT1D_BASE_PORT_IF_INDEX: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 1, 4, 1, 2];
pub(crate) const DOT1D_STP_ROOT_PORT: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 2, 7];
/// dot1dTpFdbEntry (RFC 4188).
pub(crate) const DOT1D_TP_FDB: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 4, 3, 1];
/// dot1qTpFdbEntry (RFC 4363).
pub(crate) const DOT1Q_TP_FDB: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1];
pub(crate) const DOT1Q_VLAN_CURRENT: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 2, 1];
pub(crate) const DOT1Q_VLAN_STATIC: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 3, 1];
pub(crate) const DOT1Q_PORT_VLAN: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 5, 1];
/// dot3adAggPortEntry (IEEE 802.3ad).
pub(crate) const AGGREGATE_PORT: &[u32] = &[1, 2, 840, 10006, 300, 43, 1, 2, 1, 1];
/// dot1xPaeSystem and dot1xAuthConfigEntry (IEEE 802.1X).
pub(crate) const DOT1X_SYSTEM: &[u32] = &[1, 0, 8802, 1, 1, 1, 1, 1];
pub(crate) const DOT1X_AUTHENTICATOR: &[u32] = &[1, 0, 8802, 1, 1, 1, 1, 2, 1, 1];
/// entPhysicalEntry and entAliasMappingIdentifier (RFC 6933).
pub(crate) const ENT_PHYSICAL: &[u32] = &[1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1];
pub(crate) const ENT_ALIAS: &[u32] = &[1, 3, 6, 1, 2, 1, 47, 1, 3, 2, 1, 2];
/// pethPsePortEntry and pethMainPseEntry (RFC 3621).
pub(crate) const PETH_PORT: &[u32] = &[1, 3, 6, 1, 2, 1, 105, 1, 1, 1];
pub(crate) const PETH_MAIN: &[u32] = &[1, 3, 6, 1, 2, 1, 105, 1, 3, 1, 1];
/// LLDP-MIB (802.1AB-2005).
pub(crate) const LLDP_LOCAL: &[u32] = &[1, 0, 8802, 1, 1, 2, 1, 3];
pub(crate) const LLDP_LOCAL_PORT: &[u32] = &[1, 0, 8802, 1, 1, 2, 1, 3, 7, 1];
pub(crate) const LLDP_REMOTE: &[u32] = &[1, 0, 8802, 1, 1, 2, 1, 4, 1, 1];
pub(crate) const LLDP_REMOTE_ADDRESS: &[u32] = &[1, 0, 8802, 1, 1, 2, 1, 4, 2, 1];
/// LLDP-EXT-MED-MIB (TIA-1057).
pub(crate) const MED_REMOTE_CAPABILITIES: &[u32] = &[1, 0, 8802, 1, 1, 2, 1, 5, 4795, 1, 3, 1, 1];
pub(crate) const MED_REMOTE_POLICY: &[u32] = &[1, 0, 8802, 1, 1, 2, 1, 5, 4795, 1, 3, 2, 1];
pub(crate) const MED_REMOTE_INVENTORY: &[u32] = &[1, 0, 8802, 1, 1, 2, 1, 5, 4795, 1, 3, 3, 1];
pub(crate) const MED_REMOTE_PD_POWER: &[u32] = &[1, 0, 8802, 1, 1, 2, 1, 5, 4795, 1, 3, 7, 1];
/// CISCO-CDP-MIB.
pub(crate) const CDP_CACHE: &[u32] = &[1, 3, 6, 1, 4, 1, 9, 9, 23, 1, 2, 1, 1];
/// CISCO-CONFIG-MAN-MIB ccmHistory.
pub(crate) const CCM_HISTORY: &[u32] = &[1, 3, 6, 1, 4, 1, 9, 9, 43, 1, 1];
/// CISCO-VTP-MIB.
pub(crate) const VTP_VLAN: &[u32] = &[1, 3, 6, 1, 4, 1, 9, 9, 46, 1, 3, 1, 1];
pub(crate) const VTP_EDIT_CONTROL: &[u32] = &[1, 3, 6, 1, 4, 1, 9, 9, 46, 1, 4, 1, 1];
pub(crate) const VTP_VLAN_EDIT: &[u32] = &[1, 3, 6, 1, 4, 1, 9, 9, 46, 1, 4, 2, 1];
pub(crate) const VLAN_TRUNK_PORT: &[u32] = &[1, 3, 6, 1, 4, 1, 9, 9, 46, 1, 6, 1, 1];
/// CISCO-VLAN-MEMBERSHIP-MIB.
pub(crate) const VM_MEMBERSHIP: &[u32] = &[1, 3, 6, 1, 4, 1, 9, 9, 68, 1, 2, 2, 1];
pub(crate) const VM_VOICE_VLAN_ENTRY: &[u32] = &[1, 3, 6, 1, 4, 1, 9, 9, 68, 1, 5, 1, 1];
/// CISCO-AUTH-FRAMEWORK-MIB cafSessionEntry.
pub(crate) const CAF_SESSION: &[u32] = &[1, 3, 6, 1, 4, 1, 9, 9, 656, 1, 4, 1, 1];
/// CISCO-CONFIG-COPY-MIB ccCopyEntry.
pub(crate) const CC_COPY: &[u32] = &[1, 3, 6, 1, 4, 1, 9, 9, 96, 1, 1, 1, 1];
/// CISCO-POWER-ETHERNET-EXT-MIB.
pub(crate) const CPE_PORT: &[u32] = &[1, 3, 6, 1, 4, 1, 9, 9, 402, 1, 2, 1];
pub(crate) const CPE_MAIN: &[u32] = &[1, 3, 6, 1, 4, 1, 9, 9, 402, 1, 3, 1];
/// LLDP-EXT-DOT3-MIB lldpXdot3LocPowerEntry.
pub(crate) const DOT3_LOCAL_POWER: &[u32] = &[1, 0, 8802, 1, 1, 2, 1, 5, 4623, 1, 2, 2, 1];
/// HP-ICF-POE-MIB hpicfPoePethPsePortEntry.
pub(crate) const HP_POE_PORT: &[u32] = &[1, 3, 6, 1, 4, 1, 11, 2, 14, 11, 1, 9, 1, 1, 1];
/// What hpicfBridgeVoiceVlanEnable is column 1 of.
pub(crate) const HP_VOICE_VLAN: &[u32] = &[1, 3, 6, 1, 4, 1, 11, 2, 14, 11, 5, 1, 12, 1, 7, 1, 1];
/// hpSwitchConfig: saving.
pub(crate) const HP_CONFIG: &[u32] = &[1, 3, 6, 1, 4, 1, 11, 2, 14, 11, 5, 1, 7, 1, 29, 1];
/// Comware.
pub(crate) const HH3C_PSE_PORT: &[u32] = &[1, 3, 6, 1, 4, 1, 25_506, 2, 14, 1, 1];
pub(crate) const HH3C_IF_VLAN: &[u32] = &[1, 3, 6, 1, 4, 1, 25_506, 8, 35, 1, 1, 1];
pub(crate) const HH3C_TRUNK: &[u32] = &[1, 3, 6, 1, 4, 1, 25_506, 8, 35, 5, 1, 3, 1];
pub(crate) const HH3C_VOICE_VLAN: &[u32] = &[1, 3, 6, 1, 4, 1, 25_506, 2, 9];
pub(crate) const HH3C_RUN_TIMES: &[u32] = &[1, 3, 6, 1, 4, 1, 25_506, 2, 4, 1, 1];
pub(crate) const HH3C_OPERATE: &[u32] = &[1, 3, 6, 1, 4, 1, 25_506, 2, 4, 1, 2, 4, 1];
pub(crate) const HH3C_RESULT: &[u32] = &[1, 3, 6, 1, 4, 1, 25_506, 2, 4, 1, 2, 5, 1];
/// CISCOSB.
pub(crate) const RL_PETH_PORT: &[u32] = &[1, 3, 6, 1, 4, 1, 9, 6, 1, 101, 108, 1, 1];
pub(crate) const RL_PETH_MAIN: &[u32] = &[1, 3, 6, 1, 4, 1, 9, 6, 1, 101, 108, 2, 1];
pub(crate) const SB_PORT_MODE: &[u32] = &[1, 3, 6, 1, 4, 1, 9, 6, 1, 101, 48, 22, 1];
pub(crate) const SB_TRUNK: &[u32] = &[1, 3, 6, 1, 4, 1, 9, 6, 1, 101, 48, 61, 1];
pub(crate) const SB_ACCESS: &[u32] = &[1, 3, 6, 1, 4, 1, 9, 6, 1, 101, 48, 62, 1];
pub(crate) const SB_VOICE: &[u32] = &[1, 3, 6, 1, 4, 1, 9, 6, 1, 101, 48, 54];
pub(crate) const RL_COPY: &[u32] = &[1, 3, 6, 1, 4, 1, 9, 6, 1, 101, 87, 2, 1];
