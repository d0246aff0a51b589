//! Power of classes, of cables and of single ports; budgets and run times (IEEE 802.3 clauses 33 and 145). Pure.

use crate::phones::catalogue::PhoneModel;
use model::switch::{Detection, PoePort, PseGroup};
use model::units::Milliwatts;

/// Power a PSE sets aside at its output for a class 0–8 device (802.3 tables 33-7 and 145-16).
///
/// Class 0 gives no signature, so the worst of clause 33 is assumed. `None` for numbers that are no class.
#[must_use]
pub fn pse_output(class: u8) -> Option<Milliwatts> {
    const BY_CLASS: [u32; 9] = [15_400, 4_000, 7_000, 15_400, 30_000, 45_000, 60_000, 75_000, 90_000];
    BY_CLASS.get(usize::from(class)).copied().map(Milliwatts)
}

/// A powered pair set: the voltage at the PSE and the loop resistance of the pair set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairSet {
    /// Volts at the PSE: 44 for Type 1, 50 for Types 2 and 3, 52 for Type 4.
    pub volts: f64,
    /// Ohms of the loop: 20 for Type 1 (Cat 3), 12.5 for Cat 5 and better, at 100 m.
    pub ohms: f64,
}

/// Power at the PSE output that delivers `pd_watts` to the device over `pair_sets` pair sets.
///
/// I = (V − √(V² − 4·R·P)) / (2·R), P_PSE = V·I for each pair set. `None` when the cable cannot carry it.
#[must_use]
pub fn at_pse(pd_watts: f64, pair: PairSet, pair_sets: u8) -> Option<f64> {
    let sets = f64::from(pair_sets.max(1));
    let watts = pd_watts / sets;
    let root = pair.volts * pair.volts - 4.0 * pair.ohms * watts;
    if root < 0.0 {
        return None;
    }
    let amperes = if pair.ohms == 0.0 { watts / pair.volts } else { (pair.volts - root.sqrt()) / (2.0 * pair.ohms) };
    Some(pair.volts * amperes * sets)
}

/// What a switch will set aside for a phone on this port once it is powered.
///
/// In this order: what the switch set aside already, the class it detected, the class in the model table, class 0.
#[must_use]
pub fn reservation(port: &PoePort, model: Option<&PhoneModel>) -> Milliwatts {
    reserved_now(port)
        .or_else(|| model.and_then(|model| model.poe_class).and_then(pse_output))
        .or_else(|| pse_output(0))
        .unwrap_or_default()
}

/// What the switch sets aside for the port now; `None` when it delivers no power.
#[must_use]
pub fn reserved_now(port: &PoePort) -> Option<Milliwatts> {
    if port.detection != Some(Detection::Delivering) {
        return None;
    }
    let allocated = port.allocated.filter(|power| power.0 > 0);
    allocated.or_else(|| port.class.and_then(pse_output)).or(port.measured)
}

/// The most the port could draw: its configured limit, else its class, else the worst of clause 33.
#[must_use]
pub fn worst_case(port: &PoePort) -> Milliwatts {
    port.limit
        .filter(|limit| limit.0 > 0)
        .or_else(|| reserved_now(port).and(port.class.and_then(pse_output)))
        .or_else(|| pse_output(0))
        .unwrap_or_default()
}

/// What a group may hand out: nominal power less the guard band, by the smaller of what switch and inventory say of it.
///
/// `None` when neither knows the nominal power.
#[must_use]
pub fn budget(group: &PseGroup, from_inventory: Option<Milliwatts>) -> Option<Milliwatts> {
    let nominal = from_inventory.into_iter().chain(group.nominal).min()?;
    Some(Milliwatts(nominal.0.saturating_sub(group.guard_band.unwrap_or_default().0)))
}

/// Minutes an uninterruptible supply lasts at this load; `None` without load.
#[must_use]
pub fn ups_minutes(energy_wh: u32, load: Milliwatts) -> Option<u32> {
    let minutes = (u64::from(energy_wh) * 60_000).checked_div(u64::from(load.0))?;
    u32::try_from(minutes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_formula_gives_the_class_table() {
        let rows = [
            (12.95, 44.0, 20.0, 1, 15.40),
            (3.84, 44.0, 20.0, 1, 4.01),
            (6.49, 44.0, 20.0, 1, 7.00),
            (25.5, 50.0, 12.5, 1, 30.00),
            (40.0, 50.0, 12.5, 2, 45.08),
            (51.0, 50.0, 12.5, 2, 60.00),
            (62.0, 52.0, 12.5, 2, 75.00),
            (71.3, 52.0, 12.5, 2, 90.04),
        ];
        for (pd, volts, ohms, sets, expected) in rows {
            let computed = at_pse(pd, PairSet { volts, ohms }, sets).unwrap();
            assert!((computed - expected).abs() < 0.01, "{pd} W: {computed} W, expected {expected} W");
        }
        assert_eq!(at_pse(25.5, PairSet { volts: 44.0, ohms: 21.3 }, 1), None);
    }

    #[test]
    fn a_phone_without_a_class_is_counted_at_the_worst() {
        assert_eq!(reservation(&PoePort::default(), None), Milliwatts(15_400));
        let delivering = PoePort { detection: Some(Detection::Delivering), class: Some(2), ..PoePort::default() };
        assert_eq!(reservation(&delivering, None), Milliwatts(7_000));
        let granted = PoePort { allocated: Some(Milliwatts(5_300)), ..delivering };
        assert_eq!(reservation(&granted, None), Milliwatts(5_300));
    }

    #[test]
    fn a_supply_without_load_has_no_end() {
        assert_eq!(ups_minutes(100, Milliwatts(0)), None);
        assert_eq!(ups_minutes(100, Milliwatts::from_watts(50)), Some(120));
    }
}
