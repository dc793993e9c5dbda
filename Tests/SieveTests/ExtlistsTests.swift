import Testing

@testable import Sieve

@Suite("extlists")
struct ExtlistsTests {
    private func holds(_ test: String) -> Bool? {
        ExtensionTrial.holds("extlists envelope variables subaddress date", test) {
            $0.host.lists = [
                "tag:example.org,2010:friends": ["ann@example.org", "Hello  World"], "empty": [],
                "names": ["lists", "2010"],
            ]
        }
    }

    @Test(
        ":list asks the host whether a value is in a list (RFC 6134 §2.4)",
        arguments: [
            ("address :list \"from\" \"tag:example.org,2010:friends\"", true),
            ("address :list \"to\" \"tag:example.org,2010:friends\"", false),
            ("header :list \"subject\" [\"empty\", \"tag:example.org,2010:friends\"]", true),
            ("envelope :list \"from\" \"tag:example.org,2010:friends\"", true),
            ("envelope :detail :list \"to\" \"names\"", true),
            ("string :list \"lists\" \"names\"", true), ("string :list \"LISTS\" \"names\"", false),
            ("string :list \"lists\" \"${none}names\"", true),
            ("currentdate :list \"year\" \"names\"", true),
            ("string :list \"lists\" \"empty\"", false), ("string :list \"lists\" \"nonsense\"", false),
            ("header :list \"x-none\" \"names\"", false),
        ])
    func matches(_ test: String, _ expected: Bool) {
        #expect(holds(test) == expected)
    }

    @Test(
        "valid_ext_list is about all lists that are named (RFC 6134 §2.7)",
        arguments: [
            ("valid_ext_list \"names\"", true), ("valid_ext_list [\"names\", \"empty\"]", true),
            ("valid_ext_list [\"names\", \"nonsense\"]", false), ("valid_ext_list \"Names\"", false),
            ("valid_ext_list \"${none}names\"", true),
        ])
    func valid(_ test: String, _ expected: Bool) {
        #expect(holds(test) == expected)
    }

    @Test(
        "what is wrong with lists",
        arguments: [
            ("if valid_ext_list { }", "missing-argument"), ("if valid_ext_list :a \"x\" { }", "unknown-tag"),
            ("if header :list :is \"a\" \"b\" { }", "repeated-tag"),
            ("redirect :list \"names\";", "unknown-tag"),
        ])
    func wrong(_ script: String, _ expected: String) {
        #expect(ExtensionTrial("extlists", script).diagnostics == [expected])
    }
}
