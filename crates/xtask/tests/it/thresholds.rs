use testkit::workspace;
use xtask::scorecard::thresholds::Thresholds;

#[test]
fn our_own_thresholds_are_at_least_the_required_ones() {
    let ours = Thresholds::read(&workspace().join("scorecard.toml")).unwrap();
    assert!(ours.coverage.lines_percent >= 85.0);
    assert_eq!((ours.lint.findings, ours.advisories.findings), (0, 0));
    assert!(ours.openssf.len() >= 8);
}

#[test]
fn a_slip_of_the_pen_switches_no_gate_off() {
    let right = "[coverage]\nlines_percent = 85.0\nleave_out = []\n[lint]\nfindings = 0\n[advisories]\nfindings = 0\n[openssf]\n";
    assert!(Thresholds::parse(right).is_ok());
    assert!(Thresholds::parse(&right.replace("lines_percent", "line_percent")).is_err());
    assert!(Thresholds::parse(&format!("{right}[extra]\n")).is_err());
    assert!(Thresholds::parse(&right.replace("[lint]\nfindings = 0\n", "")).is_err());
}
