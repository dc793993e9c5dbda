import ContentChecks
import Platform
import Settings
import Testing

@testable import Delivery

/// The password of rspamd is a secret, or there is none.
@Suite struct RspamdPasswordTests {
    private func word(_ contents: String?, permissions: UInt32 = 0o600) throws -> String {
        let temporary = try TemporaryDirectory()
        var settings = Configuration.Rspamd()
        settings.servers = [.local(path: "/x")]
        settings.passwordFile = temporary.path("password")
        if let contents { try temporary.write("password", contents, permissions: permissions) }
        return switch RspamdPassword(settings) {
        case .none: "none"
        case .known(let text): text
        case .unreadable: "unreadable"
        }
    }

    @Test("the first line is the password; what others can read, what is empty and what is missing is none")
    func files() throws {
        #expect(try word(" secret \nother\n") == "secret")
        #expect(try word("\n\n") == "unreadable")
        #expect(try word(nil) == "unreadable")
        #expect(try word("secret\n", permissions: 0o604) == "unreadable")
    }

    @Test("without a scanner, or without a file, nothing is read")
    func none() {
        var settings = Configuration.Rspamd()
        settings.passwordFile = "/nonexistent"
        guard case .none = RspamdPassword(settings) else {
            Issue.record("a file was looked for")
            return
        }
    }
}
