import Testing

@testable import Sieve

@Suite("environment")
struct EnvironmentTests {
    private func holds(_ test: String, _ capabilities: String = "environment relational variables") -> Bool? {
        ExtensionTrial.holds(capabilities + " comparator-i;ascii-numeric", test) {
            $0.host.items = [
                "name": "Postmaster", "version": "1.0", "location": "MDA", "remote-host": "",
                "phase": "during",
                "vnd.dovecot.default-mailbox": "INBOX", "vnd.dovecot.config.a_b": "c",
            ]
        }
    }

    @Test(
        "items match as strings do (RFC 5183 §4)",
        arguments: [
            ("environment \"name\" \"postmaster\"", true),
            ("environment \"NAME\" [\"x\", \"postmaster\"]", true),
            ("environment :comparator \"i;octet\" \"name\" \"postmaster\"", false),
            ("environment :contains \"name\" \"master\"", true),
            ("environment :matches \"version\" \"?.?\"", true),
            ("environment :value \"ge\" :comparator \"i;ascii-numeric\" \"version\" \"1\"", true),
            ("environment \"remote-host\" \"\"", true),
            ("environment :count \"eq\" \"location\" \"1\"", true),
            ("environment \"location\" \"MTA\"", false),
        ])
    func items(_ test: String, _ expected: Bool) {
        #expect(holds(test) == expected)
    }

    @Test(
        "an unknown item matches nothing, and its number is nothing (RFC 5183 §4)",
        arguments: [
            "environment \"nonsense\" \"\"", "environment :contains \"nonsense\" \"\"",
            "environment :matches \"nonsense\" \"*\"", "environment :count \"eq\" \"nonsense\" \"0\"",
            "environment :count \"eq\" \"nonsense\" \"1\"", "environment :contains \"\" \"\"",
            "environment :contains \"nam\\0e\" \"x\"",
        ])
    func unknown(_ test: String) {
        #expect(holds(test) == false)
    }

    @Test("a match leaves its parts behind, and the name may have variables")
    func variables() {
        let trial = ExtensionTrial(
            "environment variables fileinto",
            "set \"n\" \"version\"; if environment :matches \"${n}\" \"*.*\" { fileinto \"${1}-${2}\"; }")
        trial.host.items = ["version": "2.7"]
        #expect(trial.outcome == ["fileinto 2-7"])
    }

    @Test(
        "items are variables with vnd.dovecot.environment",
        arguments: [
            ("${env.name}", "Postmaster"), ("${ENV.Name}", "Postmaster"), ("<${env.nonsense}>", "<>"),
            ("${env.vnd.dovecot.default_mailbox}", "INBOX"), ("${env.remote_host}", ""),
            ("${env.vnd.dovecot.config.a_b}", "c"),
        ])
    func namespace(_ text: String, _ expected: String) {
        let capabilities = "vnd.dovecot.environment variables"
        #expect(holds("string \"\(text)\" \"\(expected)\"", capabilities) == true)
        #expect(holds("string \"\(text)\" \"other\"", capabilities) == false)
    }

    @Test("that capability has the test, too")
    func implied() {
        #expect(
            holds("environment \"vnd.dovecot.default-mailbox\" \"INBOX\"", "vnd.dovecot.environment") == true)
        #expect(
            ExtensionTrial("environment vnd.dovecot.environment", "if environment \"a\" \"b\" { }")
                .diagnostics == [])
    }

    @Test(
        "what is wrong with environment",
        arguments: [
            ("if environment { }", "missing-argument"), ("if environment \"a\" { }", "missing-argument"),
            ("if environment [\"a\", \"b\"] \"c\" { }", "wrong-argument"),
            ("environment;", "unknown-command"),
            ("if environment :domain \"a\" \"b\" { }", "unknown-tag"),
            ("set \"env.name\" \"x\";", "invalid-variable"),
            ("if string \"${env.1}\" \"\" { }", "invalid-variable"),
        ])
    func wrong(_ script: String, _ expected: String) {
        #expect(ExtensionTrial("vnd.dovecot.environment variables", script).diagnostics == [expected])
    }
}
