use super::*;

fn refused(text: &str) {
    let error = Host::parse(text).expect_err(text);
    assert_eq!(error.code(), Code::Host, "{text}");
}

#[test]
fn host_names_are_accepted() {
    let longest_label = "a".repeat(63);
    let longest = format!("{longest_label}.{longest_label}.{longest_label}.{}", "b".repeat(61));
    assert_eq!(longest.len(), 253);
    for text in
        ["a", "a.example", "local.invalid", "xn--bcher-kva.example", "r3---sn-4g5e6nez.a.example", "1a.2b", "0xg", &longest]
    {
        assert_eq!(Host::parse(text).expect(text).as_str(), text);
        assert_eq!(text.parse::<Host>().expect(text).to_string(), text);
    }
}

#[test]
fn a_host_is_1_to_253_octets_in_labels_of_1_to_63() {
    refused("");
    refused(&format!("{0}.{0}.{0}.{1}", "a".repeat(63), "b".repeat(62)));
    refused(&"a".repeat(64));
    refused("a..example");
    refused(".example");
}

#[test]
fn a_host_has_no_trailing_dot() {
    refused("a.example.");
}

#[test]
fn a_host_is_lower_case_ldh() {
    refused("A.example");
    refused("a_b.example");
    refused("bücher.example");
    refused("a b.example");
    refused("-a.example");
    refused("a-.example");
    refused("a%2eexample");
}

#[test]
fn a_host_has_no_user_no_port_and_is_no_address() {
    refused("alice@a.example");
    refused("a.example:443");
    refused("[2001:db8::1]");
    refused("192.0.2.1");
    refused("2130706433");
    refused("0x7f.0x1");
    refused("0x");
    refused("a.0xAB");
}
