import Testing

@testable import Sieve

@Suite("index (RFC 5260 §6)")
struct IndexTests {
    private static let message = """
        To: one@example.org
        X-A: First
        To: two@example.org, second@example.net
        X-A: Second
        To: three@example.org
        X-A: Third

        """

    @Test(
        "only the field of this number counts",
        arguments: [
            ("header :index 1 \"x-a\" \"First\"", true),
            ("header :index 1 \"x-a\" [\"Second\", \"Third\"]", false),
            ("header :index 3 \"x-a\" \"Third\"", true),
            ("header :index 4 \"x-a\" \"Third\"", false),
            ("header :index 4 :contains \"x-a\" \"\"", false),
            ("header :index 1 :last \"x-a\" \"Third\"", true),
            ("header :last :index 1 \"x-a\" \"Third\"", true),
            ("header :last :index 3 \"x-a\" \"First\"", true),
            ("header :last :index 4 \"x-a\" \"First\"", false),
            ("header :index 18446744073709551615 :contains \"x-a\" \"\"", false),
            // Each name has numbers of its own.
            ("header :index 2 [\"to\", \"x-a\"] \"Second\"", true),
            ("header :index 2 :contains [\"x-missing\", \"to\"] \"two\"", true),
        ])
    func header(_ test: String, _ expected: Bool) {
        #expect(holds(test, require: "index") { $0.message = Self.message } == expected, "\(test)")
    }

    @Test(
        "the addresses of the field count, all of them",
        arguments: [
            ("address :localpart :index 1 \"to\" \"one\"", true),
            ("address :localpart :index 1 \"to\" [\"two\", \"second\", \"three\"]", false),
            ("address :localpart :index 2 \"to\" \"two\"", true),
            ("address :localpart :index 2 \"to\" \"second\"", true),
            ("address :domain :index 2 \"to\" \"example.net\"", true),
            ("address :domain :index 2 :last \"to\" \"example.net\"", true),
            ("address :localpart :index 2 :last \"to\" [\"one\", \"three\"]", false),
            ("address :index 5 :contains \"to\" \"\"", false),
            ("address :count \"eq\" :index 2 \"to\" \"2\"", true),
            ("address :count \"eq\" \"to\" \"4\"", true),
        ])
    func address(_ test: String, _ expected: Bool) {
        #expect(
            holds(test, require: "index relational") { $0.message = Self.message } == expected, "\(test)")
    }

    @Test(
        "errors are found when the script is compiled",
        arguments: [
            ("header :index 1 \"to\" \"a\"", "", "not-required"),
            ("header :last \"to\" \"a\"", "index", "missing-tag"),
            ("header :index 0 \"to\" \"a\"", "index", "invalid-index"),
            ("header :index 0 :last \"to\" \"a\"", "index", "invalid-index"),
            ("header :last :index 0 \"to\" \"a\"", "index", "invalid-index"),
            ("header :index \"to\" \"a\"", "index", "wrong-argument"),
            ("header :index :last \"to\" \"a\"", "index", "misplaced-tag"),
            ("header :index 1 :index 2 \"to\" \"a\"", "index", "repeated-tag"),
            ("header :index 1 :last :last \"to\" \"a\"", "index", "repeated-tag"),
            ("exists :index 1 \"to\"", "index", "unknown-tag"),
        ])
    func errors(_ test: String, _ require: String, _ expected: String) {
        let prefix = require.isEmpty ? "" : "require \"\(require)\"; "
        #expect(SieveCase.codes("\(prefix)if \(test) {}") == [expected], "\(test)")
    }
}
